"""Tables for people: columns of equal width, numbers to the right."""

from collections.abc import Sequence

GAP = "  "


def columns(rows: Sequence[Sequence[str | int]], indent: str = GAP) -> list[str]:
    """Return the lines of a table; each row has as many cells."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return [
        indent
        + GAP.join(
            text.rjust(width) if isinstance(cell, int) else text.ljust(width)
            for cell, text, width in zip(row, line, widths, strict=True)
        ).rstrip()
        for row, line in zip(rows, texts, strict=True)
    ]
