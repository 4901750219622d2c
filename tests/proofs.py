"""What a long trial has shown, in figures."""

from dataclasses import dataclass

from tests.goclient.transport import Dials
from tests.load import Tally


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The outcome of one trial."""

    changes: str
    """What was changed while admissions were asked for, and how often."""
    tally: Tally
    connections: int
    """How many were opened."""
    broken: tuple[str, ...] = ()
    """Connections that could not be opened, and why."""
    unsettled: tuple[str, ...] = ()
    """Changes that were not taken up in time, or bad ones that were."""
    seconds: float

    @property
    def failures(self) -> list[str]:
        """Everything that should not have happened."""
        return [*self.tally.failed, *self.tally.wrong, *self.broken, *self.unsettled]


def opened(dials: list[Dials]) -> int:
    """Return how many connections some clients opened."""
    return sum(each.done for each in dials)


def unopened(dials: list[Dials]) -> tuple[str, ...]:
    """Return why connections could not be opened."""
    return tuple(failure for each in dials for failure in each.failures)
