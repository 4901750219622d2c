"""What was asked of the emulator: counters, and the last calls in their order."""

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

KEPT = 10_000
"""Calls that are remembered one by one; older ones are only counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that arrived."""

    method: str
    path: str
    account: str | None
    """The id of the account that it came from; None without valid credentials."""
    at: datetime


def matches(pattern: str, method: str, path: str) -> bool:
    """Return whether a glob strikes a request: the path, or `METHOD /path` where the pattern holds a space."""
    return fnmatchcase(f"{method} {path}" if " " in pattern else path, pattern)


class Calls:
    """A record of requests that threads may write at the same time. Control requests are not in it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()
        self._list: deque[Call] = deque(maxlen=KEPT)
        self._open = 0
        self._peak = 0

    @contextmanager
    def noted(self, call: Call) -> Iterator[None]:
        """Record *call*, and count it as open for as long as the block runs."""
        with self._lock:
            self._counts[call.method, call.path] += 1
            self._list.append(call)
            self._open += 1
            self._peak = max(self._peak, self._open)
        try:
            yield
        finally:
            with self._lock:
                self._open -= 1

    def count(self, pattern: str = "*") -> int:
        """Return how many calls a glob over the path, or over `METHOD /path`, matches."""
        with self._lock:
            return sum(number for (method, path), number in self._counts.items() if matches(pattern, method, path))

    def counts(self) -> dict[str, int]:
        """Return the number of calls by `METHOD /path`."""
        with self._lock:
            return {f"{method} {path}": number for (method, path), number in self._counts.items()}

    def list(self) -> tuple[Call, ...]:
        """Return the last calls, the oldest first."""
        with self._lock:
            return tuple(self._list)

    @property
    def open(self) -> int:
        """Calls whose answer is still being made."""
        with self._lock:
            return self._open

    @property
    def peak(self) -> int:
        """The most calls that were open at the same time."""
        with self._lock:
            return self._peak

    def clear(self) -> None:
        """Forget all calls but those that are open."""
        with self._lock:
            self._counts.clear()
            self._list.clear()
            self._peak = self._open
