"""How those who know that they are about to wait tell the thread's employer."""

from collections.abc import Callable


class Waiting:
    """To be called by a thread before it waits for something; whoever serves requests hears of it."""

    def __init__(self) -> None:
        """Begin with nobody who listens."""
        self._listener: Callable[[], None] = lambda: None

    def __call__(self) -> None:
        """Say that this thread is about to wait."""
        self._listener()

    def hear(self, listener: Callable[[], None]) -> None:
        """Have *listener* called, in the thread that is about to wait."""
        self._listener = listener
