"""Tables in Markdown."""

from collections.abc import Iterable, Sequence

from bench.figures import Change


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table, its first column flush left, the others flush right."""
    marks = [":--", *["--:"] * (len(columns) - 1)]
    return "\n".join(map(_row, [columns, marks, *rows]))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def changes(found: Sequence[Change], tolerance: float) -> str:
    """Return what has become worse, a line for each figure."""
    if not found:
        return f"No steady figure is worse than the baseline by more than {tolerance:.0%}."
    lines = [f"- {one.name}: {one.now:.3g}, was {one.before:.3g}" for one in found]
    return "\n".join([f"Worse than the baseline by more than {tolerance:.0%}:", *lines])


def microseconds(seconds: float) -> str:
    """Write a time in microseconds."""
    return f"{seconds * 1e6:,.0f}"


def milliseconds(seconds: float) -> str:
    """Write a time in milliseconds."""
    return f"{seconds * 1e3:,.2f}"
