"""How far a long reading has come, in one line."""

from dataclasses import dataclass

WIDTH = 30


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reading has come."""

    lines: int
    done: int
    """Bytes."""
    total: int | None
    """Bytes; None where that is not known."""

    def __str__(self) -> str:
        """Write it as a bar, or as a count where the end is not known."""
        if not self.total:
            return f"{self.lines:,} lines"
        part = min(self.done / self.total, 1.0)
        return f"[{'#' * int(part * WIDTH):-<{WIDTH}}] {part:4.0%}  {self.lines:,} lines"
