"""A while in which reviews of all kinds of images keep coming, and what must hold whatever the registry does."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.gates import Gate
from tests.processes import Document, eventually
from tests.service.api_servers import Answered, ask_while, percentile
from tests.service.registry import App

CONNECTIONS = 8
"""Open to the gate at the same time. A gate with fewer threads would turn some away for a second."""


@dataclass(frozen=True, slots=True)
class Population:
    """Images of each kind."""

    known: App
    """Within the limits, and asked for before."""
    known_bad: App
    """Not within them, and asked for before."""
    new: Iterator[App]
    new_bad: Iterator[App]

    def turns(self) -> tuple[Callable[[], Document], ...]:
        """Return what makes a review of each kind, in the order of the fields."""
        return (
            self.known.review,
            self.known_bad.review,
            lambda: next(self.new).review(),
            lambda: next(self.new_bad).review(),
        )

    def introduce(self, server: Gate) -> None:
        """Let the gate know what is to be known."""
        assert server.judge(self.known.review())["allowed"] is True
        assert server.judge(self.known_bad.review())["allowed"] is False


@dataclass(frozen=True, slots=True)
class Day:
    """The answers of a while, by kind of image."""

    known: list[Answered]
    known_bad: list[Answered]
    new: list[Answered]
    new_bad: list[Answered]


def live_through(server: Gate, images: Population, *, seconds: float, timeout: int) -> Day:
    """Send reviews for a while, and claim what holds on every day.

    Answers come within the API server's timeout, nearly all of them a second before it; what is known keeps
    passing; nothing bad is let in; and nobody is left without an answer.
    """
    end = time.monotonic() + seconds
    answers = ask_while(
        server, lambda: time.monotonic() < end, images.turns(), connections=CONNECTIONS, timeout=timeout
    )
    every = list(itertools.chain(*answers))
    assert percentile(every) < timeout - 1
    assert max(answer.seconds for answer in every) < timeout
    day = Day(*answers)
    assert {answer.allowed for answer in day.known} == {True}
    assert {answer.allowed for answer in (*day.known_bad, *day.new_bad)} == {False}
    assert all("critical (limit 0)" in answer.message for answer in day.known_bad)
    assert {answer.allowed for answer in day.new} <= {True, False}
    return day


def recovers(server: Gate, images: Population) -> None:
    """Claim that new images are judged rightly again, in a while."""
    good, bad = next(images.new), next(images.new_bad)
    eventually(lambda: server.judge(good.review())["allowed"] is True)
    eventually(lambda: "high (limit 0)" in server.judge(bad.review())["status"]["message"])


def breaker_states(server: Gate, since: int = 0) -> list[str]:
    """Return what the gate's log, from a line on, says of its breakers, the newest last."""
    return [line["breaker"] for line in server.process.log.documents()[since:] if "breaker" in line]
