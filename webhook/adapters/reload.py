"""Values that are read from files, and read again while the gate runs: the last good one is kept."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from webhook.adapters.stamps import Stamp, stamp
from webhook.errors import ScangateError

T = TypeVar("T")

INTERVAL_SECONDS = 2.0
"""A look costs a few `stat` calls. The kubelet itself takes up to a minute to bring a change to the pod."""

JITTER = 0.25
"""Share by which the interval varies, so that the processes of a node do not look in step."""

RESTLESS_LOOKS = 5
"""A file that still changes after so many looks is read all the same."""

RETRY_LOOKS = 30
"""After so many looks a file that could not be read is tried again, though it did not change: the cause may
have been a permission, a full folder or a lack of memory. A minute, at the default interval."""

FIRST_LOOK_SECONDS = 5.0
"""How long a process waits for its first look. Longer would put off the process's first sign of life."""

STOP_SECONDS = 2.0
"""How long stopping waits for a thread that is in the middle of reading."""


class Reloaded(Generic[T]):
    """A value from a file or a folder of files. Make it before the fork, start it in each process after.

    A change is taken up at the second look that sees it, so that a file is not read while it is written.
    What cannot be read or understood never replaces what could: it is logged, counted and shown as
    `problem`, and the value stays.
    """

    def __init__(
        self,
        name: str,
        path: Path,
        read: Callable[[T | None], T],
        *,
        log: logging.Logger,
        also: Callable[[T], Sequence[Path]] = lambda _: (),
    ) -> None:
        """Read the value. *read* is given the value so far, or None the first time.

        *also* tells which further files the value was read from.

        Raises:
            InvalidDocument: as *read* does; there is no good value yet that could be kept.
        """
        self.problem: str | None = None
        """What is wrong with the files now; None while the value is what they say."""
        self.failures = 0
        """How often they could not be read."""
        self.changes = 0
        """How often another value was taken up."""
        self.path = path
        self._name, self._read, self._log = name, read, log
        self._also = also
        self._restless = self._looks = 0
        self._told: tuple[tuple[Stamp, ...], str] | None = None
        before = stamp(path)
        self._value = read(None)
        self._seen = self._pending = (before, *map(stamp, also(self._value)))
        self._taken: Callable[[T], None] = lambda _: None
        self._lock = threading.Lock()
        self._looked, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def value(self) -> T:
        """Return the value to use now."""
        return self._value

    def start(self, taken: Callable[[T], None] = lambda _: None, *, interval: float = INTERVAL_SECONDS) -> None:
        """Look at the files now and, in a thread, every *interval* seconds. *taken* hears of what is taken up.

        A process that is forked late begins with the value of its parent; it should not work with that.
        """
        self._taken = taken
        self._thread = threading.Thread(target=self._watch, args=(interval,), name=f"reload {self._name}", daemon=True)
        self._thread.start()
        self._looked.wait(FIRST_LOOK_SECONDS)

    def stop(self) -> None:
        """End the thread; one that is long in reading ends by itself later."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    def look(self) -> None:
        """Look once whether the files changed, and take up what they say when they have come to rest."""
        with self._lock:
            self._looks += 1
            seen = self._stamp()
            settled = seen == self._pending or self._restless >= RESTLESS_LOOKS
            self._pending = seen
            self._restless = 0 if settled else self._restless + 1
            if self._due(seen, settled):
                self._reload(seen)

    def follow(self, read: Callable[[T | None], T] | None = None) -> None:
        """Take up a change without a word, and try again at the next call where that fails.

        For the process that forks the others: those tell of the change, and one that is forked late
        begins with this value. *read* may stand in for what is too much work for that process.
        """
        with self._lock:
            seen, rested = self._stamp(), self._pending
            self._pending = seen
            if seen == self._seen or seen != rested:
                return
            with suppress(ScangateError):
                value = (read or self._read)(self._value)
                if self._stamp() == seen:
                    self._put(value, seen)

    def _stamp(self) -> tuple[Stamp, ...]:
        return (stamp(self.path), *map(stamp, self._also(self._value)))

    def _put(self, value: T, seen: tuple[Stamp, ...]) -> None:
        """Put *value* into force, which was read from files that looked like *seen* before and after."""
        if self._also(value) != self._also(self._value):
            seen = (seen[0], *map(stamp, self._also(value)))
        self._value = value
        self._seen = self._pending = seen

    def _due(self, seen: tuple[Stamp, ...], settled: bool) -> bool:
        if seen == self._seen:
            return self.problem is not None and self._looks >= RETRY_LOOKS
        return settled

    def _watch(self, interval: float) -> None:
        self._pending = self._stamp()
        while True:
            self.look()
            self._looked.set()
            if self._stopping.wait(interval * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311 - no secret
                return

    def _reload(self, seen: tuple[Stamp, ...]) -> None:
        self._seen = seen
        self._looks = 0
        try:
            value = self._read(self._value)
            if self._stamp() == seen:
                self._take_up(value, seen)
        except ScangateError as error:
            self._keep(str(error))
        except Exception as error:
            self._keep(f"{self.path}: {type(error).__name__} while it was read")
            self._log.exception("the %s could not be read", self._name)

    def _keep(self, problem: str) -> None:
        self.failures += 1
        self.problem = problem
        if self._told != (self._seen, problem):
            self._told = (self._seen, problem)
            fields = {"failures": self.failures}
            self._log.error("the %s is kept as it was: %s", self._name, problem, extra={"fields": fields})

    def _take_up(self, value: T, seen: tuple[Stamp, ...]) -> None:
        self._put(value, seen)
        self.problem = None
        self.changes += 1
        self._log.info("the %s was read again", self._name, extra={"fields": {"changes": self.changes}})
        self._taken(value)
