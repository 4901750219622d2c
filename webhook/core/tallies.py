"""Counts of many different things, in bounded memory.

As long as there are not too many different ones, every count is exact. Beyond that the rarest are given up, so that
what is frequent stays; how far a count may then be too low is known, and said.
"""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)

KEPT = 10_000
"""Different things that are counted at least."""


@dataclass(slots=True)
class Tally(Generic[Key]):
    """How often each thing was there."""

    kept: int = KEPT
    total: int = 0
    error: int = 0
    """By how much any count may be too low at most."""
    _counts: Counter[Key] = field(default_factory=Counter)

    def add(self, key: Key) -> None:
        """Count *key* once more."""
        self.total += 1
        self._counts[key] += 1
        if len(self._counts) > 2 * self.kept:
            self._give_up()

    def top(self, number: int) -> list[tuple[Key, int]]:
        """Return the most frequent things with their counts; of those that are equal, the one that came first."""
        return nlargest(number, self._counts.items(), key=lambda item: item[1])

    def rest(self, number: int) -> int:
        """Return how many are not in `top`."""
        return self.total - sum(count for _, count in self.top(number))

    def _give_up(self) -> None:
        """Keep the most frequent half. What is given up may come again, and then begins at nothing."""
        ranked = self._counts.most_common()
        self.error += ranked[self.kept][1]
        self._counts = Counter(dict(ranked[: self.kept]))
