"""Answers remembered for a while, and fetched only once at a time."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from cachetools import TLRUCache

from webhook.core.deadline import Deadline, Monotonic
from webhook.errors import LookupFailed, NotRemembered, Unavailable

Answer = TypeVar("Answer")

Key = tuple[Hashable, ...]
"""What was asked, and of which digest or id. Never an unparsed reference: those may name anything next time."""

SHORT_SECONDS = 5.0
"""For what changes by itself: a running scan, the digest of a tag, that there is no scan."""

FAILURE_SECONDS = 1.0
"""For a registry that did not answer: long enough to spare it a burst, too short to outlive the trouble."""


class Memory:
    """Answers and failures of one process, bounded in number and age; safe to use from many threads."""

    def __init__(self, *, size: int, clock: Monotonic, jitter: Callable[[], float]) -> None:
        """Keep the *size* answers used last. *jitter* gives numbers from 0 to 1, so that not all age at once."""
        self._answers: TLRUCache[Key, tuple[Any, float]] = TLRUCache(size, _expiry, timer=clock)
        self._running: dict[Key, Future[Any]] = {}
        self._lock = threading.Lock()
        self._jitter = jitter

    def recall(
        self, key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        """Answer from memory alone.

        Raises:
            NotRemembered: it is not there.
            LookupFailed: what is remembered is a failure.
        """
        with self._lock:
            known = self._answers.get(key)
        if known is None:
            raise NotRemembered
        return _opened(known[0]), True

    def ask(
        self, key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        """Answer from memory, or else with *fetch* and remember that for *seconds* of it.

        Whoever asks while somebody fetches the same waits for that answer, up to its own deadline.

        Raises:
            LookupFailed: the look-up failed, now or a moment ago.
        """
        with self._lock:
            known = self._answers.get(key)
            if known is not None:
                return _opened(known[0]), True
            mine = Future[Any]()
            running = self._running.setdefault(key, mine)
        if running is not mine:
            return _opened(_waited(running, deadline)), False
        return self._fetched(key, mine, fetch, seconds), False

    def _fetched(
        self, key: Key, mine: Future[Any], fetch: Callable[[], Answer], seconds: Callable[[Answer], float]
    ) -> Answer:
        outcome: Answer | LookupFailed = Unavailable("the look-up ended with a fault of the gate")
        keep = 0.0
        try:
            outcome = fetch()
            keep = seconds(outcome)
        except Unavailable as error:
            outcome, keep = error, FAILURE_SECONDS
        except LookupFailed as error:
            outcome, keep = error, SHORT_SECONDS
        finally:
            with self._lock:
                self._answers[key] = (outcome, keep * (1 - 0.1 * self._jitter()))
                del self._running[key]
            mine.set_result(outcome)
        return cast(Answer, _opened(outcome))


def _expiry(_key: Key, value: tuple[Any, float], now: float) -> float:
    return now + value[1]


def _opened(outcome: Any) -> Any:
    if isinstance(outcome, LookupFailed):
        raise outcome.again() from outcome
    return outcome


def _waited(running: Future[Any], deadline: Deadline) -> Any:
    try:
        return running.result(timeout=deadline.remaining())
    except TimeoutError as error:
        raise Unavailable("the registry did not answer before the deadline") from error
