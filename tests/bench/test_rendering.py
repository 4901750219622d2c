"""What the bench prints."""

from bench.figures import Change
from bench.rendering import changes, microseconds, milliseconds, table


def test_table_is_markdown() -> None:
    """The first column is flush left, the others flush right."""
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| :-- | --: |\n| 1 | 2 |"


def test_times_are_written_in_their_units() -> None:
    """Microseconds are whole, milliseconds have two digits behind the point."""
    assert (microseconds(0.0012345), milliseconds(0.0012345)) == ("1,234", "1.23")


def test_changes_are_listed() -> None:
    """What is worse is named with both values; that nothing is, is said."""
    assert changes([], 0.1) == "No steady figure is worse than the baseline by more than 10%."
    shown = changes([Change(name="pod", before=2.0, now=1.0)], 0.1)
    assert shown == "Worse than the baseline by more than 10%:\n- pod: 1, was 2"
