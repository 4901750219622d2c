"""Tables for a terminal: columns as wide as what stands in them."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return a line for each of *rows*, which all have as many cells."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return tuple("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
