"""How a worker tells that it turns somebody away, and for want of what."""

from collections.abc import Callable
from enum import StrEnum


class Shed(StrEnum):
    """What there is too little of."""

    CONNECTIONS = "connections"
    """All are taken by clients that are younger or busy: a new one was closed."""
    MEMORY = "memory"
    """Unfinished bodies hold as much as they may."""
    QUEUE = "queue"
    """As many requests wait for a thread as may."""
    THREADS = "threads"
    """A request has waited so long for one that it is better asked again, perhaps elsewhere."""


class Shedding:
    """To be called whenever somebody is turned away; whoever counts hears of it."""

    def __init__(self) -> None:
        """Begin with nobody who listens."""
        self._listener: Callable[[Shed], None] = lambda _: None

    def __call__(self, why: Shed) -> None:
        """Say that somebody is turned away."""
        self._listener(why)

    def hear(self, listener: Callable[[Shed], None]) -> None:
        """Have *listener* called from now on."""
        self._listener = listener
