"""Tables for people."""

from webhook.core.columns import columns


def test_numbers_stand_to_the_right_and_texts_to_the_left() -> None:
    """Columns are as wide as their widest cell, and no line ends in spaces."""
    assert columns([(1234, "a", "x"), (5, "longer", "")]) == ["  1,234  a       x", "      5  longer"]
    assert columns([("a", 1)], indent="") == ["a  1"]
