"""Answers remembered for a while, and fetched only once at a time."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from cachetools import TLRUCache

from webhook.core.deadline import Deadline, Monotonic
from webhook.errors import LookupFailed, NotFound, NotRemembered, Unavailable

Answer = TypeVar("Answer")

Key = tuple[Hashable, ...]
"""What was asked, and of which digest or id. Never an unparsed reference: those may name anything next time."""

SHORT_SECONDS = 5.0
"""For what changes by itself: a running scan, the digest of a tag, that there is no scan."""

FAILURE_SECONDS = 1.0
"""For a registry that did not answer, or nothing that could be used: long enough to spare it a burst, too short to
outlive the trouble."""

WORTH_SECONDS = 0.5
"""A caller with so much more time than the one it waited for tries for itself, where that one failed."""


@dataclass(frozen=True, slots=True, eq=False)
class _Flight:
    """A look-up that is under way, and until when whoever makes it has time."""

    outcome: Future[Any]
    deadline: Deadline


class Memory:
    """Answers and failures of one process, bounded in number and age; safe to use from many threads."""

    def __init__(
        self,
        *,
        size: int,
        clock: Monotonic,
        jitter: Callable[[], float],
        weigh: Callable[[Any], int] = lambda _: 1,
    ) -> None:
        """Keep the answers used last, up to *size* of them, or up to that weight where *weigh* gives one of each.

        A failure weighs 1. *jitter* gives numbers from 0 to 1, so that not all age at once.
        """
        self._answers: TLRUCache[Key, tuple[Any, float]] = TLRUCache(
            size, _expiry, timer=clock, getsizeof=lambda kept: self._weight(kept[0])
        )
        self._weigh = weigh
        self._running: dict[Key, _Flight] = {}
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
        try:
            with self._lock:
                outcome, _ = self._answers[key]
        except KeyError as error:
            raise NotRemembered from error
        return _opened(outcome), True

    def ask(
        self, key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        """Answer from memory, or else with *fetch* and remember that for *seconds* of it.

        Whoever asks while somebody fetches the same waits for that answer, up to its own deadline.

        Raises:
            LookupFailed: the look-up failed, now or a moment ago.
        """
        while True:
            with self._lock:
                known = self._answers.get(key)
                if known is not None:
                    return _opened(known[0]), True
                mine = _Flight(Future[Any](), deadline)
                running = self._running.setdefault(key, mine)
            if running is mine:
                return self._fetched(key, mine, fetch, seconds), False
            outcome = _waited(running, deadline)
            if not (isinstance(outcome, Unavailable) and _has_more_time(deadline, running)):
                return _opened(outcome), False

    def _fetched(
        self, key: Key, mine: _Flight, fetch: Callable[[], Answer], seconds: Callable[[Answer], float]
    ) -> Answer:
        outcome: Answer | LookupFailed = Unavailable("the look-up ended with a fault of the gate")
        keep = 0.0
        try:
            outcome = fetch()
            keep = seconds(outcome)
        except Unavailable as error:
            outcome, keep = error, FAILURE_SECONDS if mine.deadline.remaining() else 0.0
        except LookupFailed as error:
            outcome, keep = error, SHORT_SECONDS if isinstance(error, NotFound) else FAILURE_SECONDS
        finally:
            with self._lock:
                if self._weight(outcome) <= self._answers.maxsize:
                    self._answers[key] = (outcome, keep * (1 - 0.1 * self._jitter()))
                del self._running[key]
            mine.outcome.set_result(outcome)
        return cast(Answer, _opened(outcome))

    def _weight(self, outcome: Any) -> int:
        return 1 if isinstance(outcome, LookupFailed) else self._weigh(outcome)


def _expiry(_key: Key, value: tuple[Any, float], now: float) -> float:
    return now + value[1]


def _has_more_time(deadline: Deadline, running: _Flight) -> bool:
    """Tell whether a caller may fare better than the one it waited for, who may have failed for lack of time alone."""
    return deadline.remaining() > 0 and deadline.at - running.deadline.at >= WORTH_SECONDS


def _opened(outcome: Any) -> Any:
    if isinstance(outcome, LookupFailed):
        raise outcome.again() from outcome
    return outcome


def _waited(running: _Flight, deadline: Deadline) -> Any:
    try:
        return running.outcome.result(timeout=deadline.remaining())
    except TimeoutError as error:
        raise Unavailable("the registry did not answer before the deadline") from error
