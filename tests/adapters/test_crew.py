"""Look-ups side by side: in order, in time, and not too many at once."""

import threading
import time

import pytest

from webhook.adapters.crew import ThreadCrew
from webhook.core.deadline import Deadline
from webhook.errors import Overloaded

AMPLE_SECONDS = 30.0
"""A deadline that no test reaches."""


def within(seconds: float) -> Deadline:
    """Return a deadline in *seconds*."""
    return Deadline(time.monotonic() + seconds, time.monotonic)


def test_results_come_in_order() -> None:
    """Each result stands where its thing stood, whichever was done first."""
    crew = ThreadCrew(threads=4, reviews=1)
    second_done = threading.Event()

    def work(thing: str) -> str:
        if thing == "first":
            second_done.wait(AMPLE_SECONDS)
        else:
            second_done.set()
        return thing.upper()

    assert crew.each(work, ["first", "second"], within(AMPLE_SECONDS)) == ["FIRST", "SECOND"]


def test_things_are_worked_on_side_by_side() -> None:
    """As many things as there are threads are worked on at the same time: all of them meet."""
    meeting = threading.Barrier(8, timeout=AMPLE_SECONDS)
    crew = ThreadCrew(threads=8, reviews=1)
    assert sorted(filter(None, crew.each(lambda _: meeting.wait() + 1, range(8), within(AMPLE_SECONDS)))) == [
        *range(1, 9)
    ]


def test_what_is_late_is_left_out() -> None:
    """What is not done by the deadline is None; the rest is there all the same."""
    crew = ThreadCrew(threads=2, reviews=1)
    released = threading.Event()

    def work(thing: str) -> str:
        if thing == "late":
            released.wait(AMPLE_SECONDS)
        return thing

    assert crew.each(work, ["late", "early"], within(0.2)) == [None, "early"]
    released.set()


def test_what_has_not_begun_never_begins() -> None:
    """After the deadline nothing is begun for somebody who has been answered."""
    crew = ThreadCrew(threads=1, reviews=2)
    released = threading.Event()
    begun: list[str] = []

    def work(thing: str) -> str:
        begun.append(thing)
        released.wait(AMPLE_SECONDS)
        return thing

    assert crew.each(work, ["running", "waiting"], within(0.2)) == [None, None]
    released.set()
    assert crew.each(lambda thing: thing, ["next"], within(AMPLE_SECONDS)) == ["next"]
    assert begun == ["running"]


def test_failure_of_the_work_is_raised() -> None:
    """An exception that the work raises reaches the caller: it is never taken for a result."""
    crew = ThreadCrew(threads=1, reviews=1)

    def work(thing: str) -> str:
        raise ZeroDivisionError(thing)

    with pytest.raises(ZeroDivisionError):
        crew.each(work, ["x"], within(AMPLE_SECONDS))
    assert crew.each(str, [1], within(AMPLE_SECONDS)) == ["1"]


def test_nothing_to_do() -> None:
    """No things, no results, and no wait."""
    assert ThreadCrew(threads=1, reviews=1).each(str, [], within(AMPLE_SECONDS)) == []


def test_too_many_callers_are_sent_away() -> None:
    """One caller more than there are places for is refused at once, with nothing begun; later there is room."""
    crew = ThreadCrew(threads=4, reviews=1)
    begun, released = threading.Event(), threading.Event()

    def work(thing: str) -> str:
        begun.set()
        released.wait(AMPLE_SECONDS)
        return thing

    first = threading.Thread(target=crew.each, args=(work, ["first"], within(AMPLE_SECONDS)))
    first.start()
    begun.wait(AMPLE_SECONDS)
    with pytest.raises(Overloaded):
        crew.each(str, ["second"], within(AMPLE_SECONDS))
    released.set()
    first.join()
    assert crew.each(str, ["third"], within(AMPLE_SECONDS)) == ["third"]


def test_wait_is_told_of() -> None:
    """Before a caller waits it says so: whoever gave it its thread may want another one."""
    told: list[str] = []
    crew = ThreadCrew(threads=1, reviews=1, wait=lambda: told.append(threading.current_thread().name))
    assert crew.each(lambda thing: thing, ["a"], within(AMPLE_SECONDS)) == ["a"]
    assert told == [threading.current_thread().name]
