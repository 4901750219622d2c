"""Tables for a terminal."""

from webhook.core.columns import aligned


def test_columns_are_as_wide_as_they_must_be() -> None:
    """Cells stand below one another, and no line ends in blanks."""
    assert aligned([("NAME", "WHY"), ("a", "because"), ("longer", "")]) == (
        "NAME    WHY",
        "a       because",
        "longer",
    )


def test_no_rows() -> None:
    """There is nothing to show of nothing."""
    assert aligned([]) == ()
