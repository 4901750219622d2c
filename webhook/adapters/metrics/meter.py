"""What one process measures, written to its page."""

import math
from bisect import bisect_left
from collections.abc import Mapping

from webhook.adapters.metrics.ledger import COUNT, LEVEL, TOTAL, Key, Page
from webhook.core.metrics import Family

Labelled = tuple[Family, tuple[str, ...]]
"""A metric and the values of its labels."""


class Meter:
    """Counts, measures and shows; safe to use from many threads."""

    def __init__(self, page: Page) -> None:
        """Write to *page*, which is this process's own."""
        self._page = page
        self._shown: set[Key] = set()
        self._reached: dict[Key, float] = {}

    def count(self, family: Family, labels: tuple[str, ...] = (), amount: float = 1.0) -> None:
        """Raise a counter; by 0 to have it there before anything happens."""
        self._page.add(Key(family.name, COUNT, labels), amount)

    def observe(self, family: Family, labels: tuple[str, ...], value: float) -> None:
        """Enter *value* into a histogram."""
        bucket = bisect_left(family.buckets, value)
        self._page.add(Key(family.name, str(bucket), labels), 1.0)
        self._page.add(Key(family.name, TOTAL, labels), value)

    def change(self, family: Family, amount: float) -> None:
        """Raise or lower a gauge without labels."""
        self._page.add(Key(family.name, LEVEL, ()), amount)

    def show(self, levels: Mapping[Labelled, float]) -> None:
        """Set gauges to *levels*; those that were shown before and are not among them are no more."""
        values = {Key(family.name, LEVEL, labels): value for (family, labels), value in levels.items()}
        for key in self._shown - values.keys():
            self._page.put(key, math.nan)
        for key, value in values.items():
            self._page.put(key, value)
        self._shown = set(values)

    def reach(self, family: Family, labels: tuple[str, ...], reading: float) -> None:
        """Raise a counter by as much as *reading*, which is counted elsewhere, has grown since the last time.

        A reading that is smaller than the one before began anew.
        """
        key = Key(family.name, COUNT, labels)
        before = self._reached.get(key, 0.0)
        self._reached[key] = reading
        self._page.add(key, reading - before if reading >= before else reading)
