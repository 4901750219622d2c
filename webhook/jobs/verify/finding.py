"""A difference, and what it means."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a difference does, the worst first."""

    BYPASS = "bypass"
    """Requests pass that the gate should judge, or an answer can come from somebody else."""
    OUTAGE = "outage"
    """The gate cannot be asked: its `failurePolicy` decides."""
    NOTE = "note"
    """Nothing of that: the gate is asked about as much as expected, or more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference."""

    effect: Effect
    where: str
    """The webhook; empty for the whole object."""
    text: str

    def __str__(self) -> str:
        """Write it as one line."""
        return f"{self.effect}: {self.where}: {self.text}" if self.where else f"{self.effect}: {self.text}"
