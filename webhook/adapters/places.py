"""The places of a server's processes: numbers from 0, each held by one process at a time."""

from collections.abc import Callable
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary


class Places:
    """Gives each process the lowest number that is free."""

    def __init__(self, left: Callable[[int], None] = lambda _: None) -> None:
        """Tell *left* of each number whose process is gone."""
        self.mine = 0
        """In a forked process: its number."""
        self._left = left
        # Weak: a process that was never forked, for want of memory, leaves no trace.
        self._taken: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    @property
    def hooks(self) -> dict[str, Callable[[Any, Any], None]]:
        """What gunicorn is to call, and when."""
        return {"pre_fork": self.take, "child_exit": self.leave}

    def take(self, _arbiter: Any, worker: Any) -> None:
        """Give *worker*, which is about to be forked, its number."""
        taken = set(self._taken.values())
        self.mine = self._taken[worker] = next(number for number in count() if number not in taken)

    def leave(self, _arbiter: Any, worker: Any) -> None:
        """Take back the number of *worker*, which is gone."""
        number = self._taken.pop(worker, None)
        if number is not None:
            self._left(number)
