"""Values that are read from files, and read again while the gate runs: the last good one is kept."""

import logging
import random
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from webhook.adapters.stamps import Stamp, stamp
from webhook.errors import ScangateError

T = TypeVar("T")
S = TypeVar("S")

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
        interval: float = INTERVAL_SECONDS,
    ) -> None:
        """Read the value. *read* is given the value so far, or None the first time.

        Raises:
            InvalidDocument: as *read* does; there is no good value yet that could be kept.
        """
        self.problem: str | None = None
        """What is wrong with the files now; None while the value is what they say."""
        self.failures = 0
        """How often they could not be read."""
        self.changes = 0
        """How often another value was taken up."""
        self._name, self._path, self._read, self._log, self._interval = name, path, read, log, interval
        self._seen = self._pending = stamp(path)
        self._restless = self._looks = 0
        self._told: tuple[Stamp, str] | None = None
        self._value = read(None)
        self._lock = threading.Lock()
        self._looked, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def value(self) -> T:
        """Return the value to use now."""
        return self._value

    def start(self) -> None:
        """Look at the files now and, in a thread, again and again.

        A process that is forked late begins with the value of its parent; it should not work with that.
        """
        self._thread = threading.Thread(target=self._watch, name=f"reload {self._name}", daemon=True)
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
            seen = stamp(self._path)
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
            seen, rested = stamp(self._path), self._pending
            self._pending = seen
            if seen == self._seen or seen != rested:
                return
            with suppress(ScangateError):
                value = (read or self._read)(self._value)
                if stamp(self._path) == seen:
                    self._value, self._seen = value, seen

    def _due(self, seen: Stamp, settled: bool) -> bool:
        if seen == self._seen:
            return self.problem is not None and self._looks >= RETRY_LOOKS
        return settled

    def _watch(self) -> None:
        self._pending = stamp(self._path)
        while True:
            self.look()
            self._looked.set()
            if self._stopping.wait(self._interval * random.uniform(1 - JITTER, 1 + JITTER)):  # noqa: S311 - no secret
                return

    def _reload(self, seen: Stamp) -> None:
        self._seen = seen
        self._looks = 0
        try:
            value = self._read(self._value)
        except ScangateError as error:
            self._keep(str(error))
        except Exception as error:
            self._keep(f"{self._path}: {type(error).__name__} while it was read")
            self._log.exception("the %s could not be read", self._name)
        else:
            if stamp(self._path) == seen:
                self._take_up(value)

    def _keep(self, problem: str) -> None:
        self.failures += 1
        self.problem = problem
        if self._told != (self._seen, problem):
            self._told = (self._seen, problem)
            self._log.error("the %s is kept as it was: %s", self._name, problem)

    def _take_up(self, value: T) -> None:
        self._value = value
        self.problem = None
        self.changes += 1
        self._log.info("the %s was read again", self._name)


class Derived(Generic[S, T]):
    """A value that is made from another one, and made anew only when that one is another."""

    def __init__(self, source: Callable[[], S], make: Callable[[S], T]) -> None:
        """Make the value from what *source* gives now."""
        self._source, self._make = source, make
        first = source()
        self._pair = (first, make(first))

    def value(self) -> T:
        """Return the value that belongs to what the source gives now."""
        source = self._source()
        made_from, made = self._pair
        if made_from is not source:
            made = self._make(source)
            self._pair = (source, made)
        return made
