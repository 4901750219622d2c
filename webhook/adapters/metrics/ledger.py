"""Numbers in memory that all processes of a server share: each writes to a page of its own, all read every page.

The memory is made before the fork, has no file, and stays when a process dies. Whoever takes the dead one's place
goes on with its counters.
"""

import json
import math
import mmap
import threading
from typing import NamedTuple

from webhook.core.metrics import DROPPED

MAX_SERIES = 4096
"""Numbers of one process. All labels are from lists; even long ones make some hundreds of series."""

NAME_BYTES = 512 * 1024
"""What their names may take. Memory is used only as far as it is written to."""

NUMBER_BYTES = 8

_USED, _DROPPED, _SPARE = 0, 1, MAX_SERIES + 1
"""Places of three numbers: bytes of names in use, what was dropped, and one that takes what is dropped."""

COUNT, LEVEL, TOTAL = "count", "level", "total"
"""What a number is: a counter, a gauge, or the sum of a histogram. A bucket has its position: "0", "1"."""


class Key(NamedTuple):
    """What a number is of."""

    family: str
    part: str
    labels: tuple[str, ...]


Entries = dict[Key, float]


class Page:
    """The numbers of one process; others may read them at any time."""

    def __init__(self) -> None:
        """Take memory that the processes forked from now on share."""
        memory = memoryview(mmap.mmap(-1, NUMBER_BYTES * (_SPARE + 1) + NAME_BYTES))
        # Aligned doubles: each is written as a whole, and never read half.
        self._numbers = memory[: NUMBER_BYTES * (_SPARE + 1)].cast("d")
        self._names = memory[NUMBER_BYTES * (_SPARE + 1) :]
        self._lock = threading.Lock()
        self._places: dict[Key, int] = {}

    def take(self) -> None:
        """Begin to write, where another process may have written before; what it said of itself is void."""
        self.vacate()
        keys = self._keys()
        self._lock = threading.Lock()
        self._places = {key: place for place, key in enumerate(keys, start=1)}
        self.add(Key(DROPPED.name, COUNT, ()), 0)

    def vacate(self) -> None:
        """Make void what a process that is gone said of itself. Its counters stay."""
        for place, key in enumerate(self._keys(), start=1):
            if key.part == LEVEL:
                self._numbers[place] = math.nan

    def add(self, key: Key, amount: float) -> None:
        """Add to a number, which begins with 0."""
        with self._lock:
            place = self._places.get(key) or self._new(key)
            before = self._numbers[place]
            self._numbers[place] = before + amount if before == before else amount  # noqa: PLR0124 - NaN is not

    def put(self, key: Key, value: float) -> None:
        """Set a number; NaN is as if it had never been."""
        with self._lock:
            self._numbers[self._places.get(key) or self._new(key)] = value

    def entries(self) -> Entries:
        """Read every number."""
        values = ((key, self._numbers[place]) for place, key in enumerate(self._keys(), start=1))
        return {key: value for key, value in values if not math.isnan(value)}

    def _keys(self) -> list[Key]:
        # No more than what is used: whoever reads memory of this kind gets it, and the pod pays.
        names = bytes(self._names[: int(self._numbers[_USED])])
        return [Key(family, part, tuple(labels)) for family, part, *labels in map(json.loads, names.splitlines())]

    def _new(self, key: Key) -> int:
        """Make room for another number, and return its place."""
        used, place = int(self._numbers[_USED]), len(self._places) + 1
        name = json.dumps([key.family, key.part, *key.labels]).encode() + b"\n"
        if place > MAX_SERIES or used + len(name) > NAME_BYTES:
            self._numbers[_DROPPED] += 1
            return _SPARE
        self._names[used : used + len(name)] = name
        self._numbers[place] = 0.0
        self._places[key] = place
        # Last: up to here others read.
        self._numbers[_USED] = used + len(name)
        return place


class Ledger:
    """The pages of a server. Make it before the fork."""

    def __init__(self, pages: int) -> None:
        """Have room for so many processes at the same time."""
        self._pages = tuple(Page() for _ in range(pages))

    def page(self, place: int) -> Page:
        """Return the page to write to for the process in *place*, which nobody else is in.

        One for whom there is no room counts for itself alone.
        """
        page = self._pages[place] if place < len(self._pages) else Page()
        page.take()
        return page

    def vacate(self, place: int) -> None:
        """Make void what the process in *place* said of itself: it is gone."""
        if place < len(self._pages):
            self._pages[place].vacate()

    def entries(self) -> list[Entries]:
        """Read every page."""
        return [page.entries() for page in self._pages]
