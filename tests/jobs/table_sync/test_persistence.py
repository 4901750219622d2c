"""Asking again."""

from dataclasses import dataclass, field

import pytest

from webhook.core.deadline import Deadline
from webhook.errors import NotFound, Unavailable
from webhook.jobs.table_sync.persistence import CALL_SECONDS, TRIES, Persistence


@dataclass
class Time:
    """A clock that moves when somebody waits."""

    at: float = 0.0
    waits: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """Return the time."""
        return self.at

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.waits.append(seconds)
        self.at += seconds


def persistence(time: Time, seconds: float = 1000) -> Persistence:
    """Return one that never waits by chance."""
    return Persistence(Deadline(time.at + seconds, time), time.wait, lambda: 0.5)


def failing(times: int, time: Time | None = None, seconds: float = 0.0) -> list[Deadline]:
    """Have a call fail so many *times*, each after so many *seconds*, and return the deadlines that it was given."""
    clock = time or Time()
    given: list[Deadline] = []

    def call(deadline: Deadline) -> str:
        given.append(deadline)
        clock.at += seconds
        if len(given) <= times:
            raise Unavailable("down")
        return "answer"

    assert persistence(clock).ask(call) == "answer"
    return given


def test_answer_at_once() -> None:
    """One call is made, with a deadline of its own."""
    (deadline,) = failing(0)
    assert deadline.remaining() == CALL_SECONDS


def test_longer_and_longer_waits() -> None:
    """A registry in trouble is asked again, more and more seldom."""
    time = Time()
    assert len(failing(TRIES - 1, time)) == TRIES
    assert time.waits == [1, 2, 4, 8, 16]


def test_wait_that_the_registry_asks_for() -> None:
    """It is granted, where it is longer than one's own."""
    time, answers = Time(), [Unavailable("too many", after=60), Unavailable("too many", after=1)]

    def call(_: Deadline) -> str:
        if answers:
            raise answers.pop(0)
        return "answer"

    assert persistence(time).ask(call) == "answer"
    assert time.waits == [60, 2]


def test_giving_up() -> None:
    """The last failure is the answer."""
    time, calls = Time(), []

    def call(_: Deadline) -> None:
        calls.append(1)
        raise Unavailable("down")

    with pytest.raises(Unavailable, match="down"):
        persistence(time).ask(call)
    assert len(calls) == TRIES


def test_what_does_not_pass() -> None:
    """Another failure than that of not being answered is final."""

    def call(_: Deadline) -> None:
        raise NotFound("gone")

    time = Time()
    with pytest.raises(NotFound):
        persistence(time).ask(call)
    assert not time.waits


def test_end_of_the_run() -> None:
    """No call goes on beyond the run's own deadline, and then the message says so."""
    time, given = Time(), []

    def call(deadline: Deadline) -> None:
        given.append(deadline.remaining())
        time.at += deadline.remaining()
        raise Unavailable("slow")

    with pytest.raises(Unavailable, match="--deadline"):
        persistence(time, seconds=40).ask(call)
    assert given == [30, 9]
