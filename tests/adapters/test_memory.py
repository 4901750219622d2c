"""Memory: answers kept for a while, fetched once at a time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from webhook.adapters.memory import FAILURE_SECONDS, SHORT_SECONDS, Memory
from webhook.core.deadline import Deadline
from webhook.errors import NotFound, NotRemembered, Unavailable, Unreadable

KEY = ("scan", "che1")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


class Source:
    """Something that is asked, and counts."""

    def __init__(self, *outcomes: str | Exception) -> None:
        """Give *outcomes* one after the other, the last one for ever."""
        self.calls = 0
        self._outcomes = outcomes

    def __call__(self) -> str:
        """Return or raise the next outcome."""
        outcome = self._outcomes[min(self.calls, len(self._outcomes) - 1)]
        self.calls += 1
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Memory:
    """Give an empty memory without jitter."""
    return Memory(size=3, clock=clock, jitter=lambda: 0.0)


def deadline(seconds: float = 10.0) -> Deadline:
    """Return a deadline on the real clock."""
    return Deadline(time.monotonic() + seconds, time.monotonic)


def ask(
    memory: Memory, fetch: Callable[[], str], key: tuple[str, ...] = KEY, seconds: float = 60.0
) -> tuple[str, bool]:
    """Ask *memory*, keeping the answer for *seconds*."""
    return memory.ask(key, fetch, deadline(), lambda _: seconds)


def test_an_answer_is_fetched_once_and_then_remembered(memory: Memory, clock: Clock) -> None:
    """Until its time is over the same answer comes without a call, and says so."""
    source = Source("first", "second")

    assert ask(memory, source) == ("first", False)
    assert ask(memory, source) == ("first", True)
    clock.now = 59.9
    assert ask(memory, source) == ("first", True)
    clock.now = 60.1
    assert ask(memory, source) == ("second", False)
    assert source.calls == 2


def test_memory_alone_gives_only_what_it_has(memory: Memory) -> None:
    """Recalling never fetches."""
    source = Source("answer")
    with pytest.raises(NotRemembered):
        memory.recall(KEY, source, deadline(), lambda _: 60.0)
    assert source.calls == 0

    ask(memory, source)
    assert memory.recall(KEY, source, deadline(), lambda _: 60.0) == ("answer", True)


@pytest.mark.parametrize(
    ("kind", "seconds"), [(Unavailable, FAILURE_SECONDS), (Unreadable, FAILURE_SECONDS), (NotFound, SHORT_SECONDS)]
)
def test_a_failure_is_remembered_for_a_moment(memory: Memory, clock: Clock, kind: type[Any], seconds: float) -> None:
    """A failure answers a burst, but not for long; and each caller gets an exception of its own."""
    source = Source(kind("why"), "answer")
    caught = []
    for clock.now in (0.0, seconds - 0.1):
        with pytest.raises(kind, match="why") as failure:
            ask(memory, source)
        caught.append(failure.value)
    assert caught[0] is not caught[1]
    clock.now = seconds + 0.1
    assert ask(memory, source) == ("answer", False)


def test_a_bug_is_not_remembered(memory: Memory) -> None:
    """An exception that nobody foresaw goes to the caller, and the next one asks again."""
    source = Source(ZeroDivisionError("bug"), "answer")
    with pytest.raises(ZeroDivisionError):
        ask(memory, source)
    assert ask(memory, source) == ("answer", False)


def test_the_number_of_answers_is_bounded(memory: Memory) -> None:
    """What was used longest ago goes first."""
    for key in ("a", "b", "c"):
        ask(memory, Source(key), (key,))
    ask(memory, Source("unused"), ("a",))
    ask(memory, Source("d"), ("d",))

    assert ask(memory, Source("other"), ("a",)) == ("a", True)
    assert ask(memory, Source("other"), ("b",)) == ("other", False)


def test_jitter_only_shortens() -> None:
    """Answers that came together do not all go together, and none stays longer than it may."""
    clock = Clock()
    memory = Memory(size=3, clock=clock, jitter=lambda: 1.0)
    ask(memory, Source("a"))
    clock.now = 54.1
    assert ask(memory, Source("b")) == ("b", False)


def test_a_thousand_callers_make_one_call(memory: Memory) -> None:
    """Whoever asks while somebody fetches the same waits for that answer."""
    release = threading.Event()
    source = Source("answer")

    def fetch() -> str:
        release.wait(10)
        return source()

    with ThreadPoolExecutor(64) as pool:
        waiting = [pool.submit(ask, memory, fetch) for _ in range(1000)]
        release.set()
        answers = {future.result()[0] for future in waiting}
    assert answers == {"answer"}
    assert source.calls == 1


def test_a_waiting_caller_keeps_its_own_deadline(memory: Memory) -> None:
    """Somebody else's slow call does not hold a caller longer than it has time."""
    started, release = threading.Event(), threading.Event()

    def fetch() -> str:
        started.set()
        release.wait(10)
        return "late"

    with ThreadPoolExecutor(1) as pool:
        leader = pool.submit(ask, memory, fetch)
        started.wait(10)
        with pytest.raises(Unavailable, match="deadline"):
            memory.ask(KEY, fetch, deadline(0.01), lambda _: 60.0)
        release.set()
        assert leader.result() == ("late", False)


@pytest.mark.parametrize(("failure", "calls"), [(Unavailable("too late"), 2), (NotFound("none"), 1)])
def test_a_caller_with_more_time_tries_for_itself(clock: Clock, failure: Exception, calls: int) -> None:
    """Who waited for a caller that had run out of time is not refused for that; any other failure is everybody's."""
    memory, begun, go_on = Memory(size=3, clock=clock, jitter=lambda: 0.0), threading.Event(), threading.Event()
    source, hurried = Source(failure, "answer"), Clock()

    def fetch() -> str:
        begun.set()
        go_on.wait(10)
        hurried.now = time.monotonic() + 1
        return source()

    def ask(until: Deadline) -> object:
        try:
            return memory.ask(KEY, fetch, until, lambda _: 60.0)[0]
        except (Unavailable, NotFound) as error:
            return type(error)

    with ThreadPoolExecutor(2) as callers:
        first = callers.submit(ask, Deadline(time.monotonic() + 1, hurried))
        assert begun.wait(10)
        second = callers.submit(ask, deadline())
        time.sleep(0.05)
        go_on.set()
        assert first.result() is type(failure)
        assert second.result() == ("answer" if calls == 2 else type(failure))
    assert source.calls == calls
