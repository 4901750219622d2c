"""API servers as the gate meets them: many connections that stay open, and a second call where one is asked for."""

import json
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from math import ceil

from tests.gates import Gate, post
from tests.processes import Document

CALLS = 10
"""An API server calls no more often than that for one review."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one review."""

    response: Document | None
    """None: the API server gave up, and its failure policy decides."""
    seconds: float
    """From the first call to the answer."""

    @property
    def allowed(self) -> bool | None:
        """What the gate said; None where it said nothing."""
        return self.response["allowed"] if self.response is not None else None

    @property
    def message(self) -> str:
        """What the person is told who was refused."""
        return str(self.response["status"]["message"]) if self.response is not None else ""


class ApiServer:
    """One connection of an API server."""

    def __init__(self, server: Gate, timeout: int) -> None:
        """Wait *timeout* seconds for each review, however often it has to be sent."""
        self._connection = server.connect()
        self._timeout = timeout

    def ask(self, review: Document) -> Answered:
        """Send a review, and again when the gate asks for that while there is time."""
        body, began = json.dumps(review).encode(), time.monotonic()
        for _ in range(CALLS):
            answer = post(self._connection, body, f"/validate?timeout={self._timeout}s")
            seconds = time.monotonic() - began
            if answer.status == 200:
                return Answered(answer.response, seconds)
            assert answer.status == 503, answer.body
            wait = int(answer.headers["Retry-After"])
            if seconds + wait > self._timeout:
                break
            time.sleep(wait)
        return Answered(None, time.monotonic() - began)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def ask_at_once(server: Gate, reviews: Sequence[Document], *, connections: int, timeout: int = 10) -> list[Answered]:
    """Send all *reviews* over so many connections, which begin at the same moment; return the answers in order."""
    shares = [reviews[start::connections] for start in range(connections)]
    start = threading.Barrier(len(shares))

    def work(share: Sequence[Document]) -> list[Answered]:
        with closing(ApiServer(server, timeout)) as client:
            start.wait()
            return [client.ask(review) for review in share]

    with ThreadPoolExecutor(len(shares)) as threads:
        parts = list(threads.map(work, shares))
    return [parts[number % connections][number // connections] for number in range(len(reviews))]


def ask_while(
    server: Gate, going: Callable[[], bool], turns: Iterable[Callable[[], Document]], *, connections: int, timeout: int
) -> list[list[Answered]]:
    """Send reviews over so many connections while *going*, each in turn; return the answers by whose turn it was."""
    makers = list(turns)
    answers: list[list[Answered]] = [[] for _ in makers]

    def work(first: int) -> None:
        with closing(ApiServer(server, timeout)) as client:
            number = first
            while going():
                turn = number % len(makers)
                answers[turn].append(client.ask(makers[turn]()))
                number += 1
                time.sleep(0.01)  # people and controllers pause, too

    with ThreadPoolExecutor(connections) as threads:
        list(threads.map(work, range(connections)))
    return answers


def percentile(answers: Iterable[Answered], share: float = 0.99) -> float:
    """Return the seconds within which this share of the answers came."""
    seconds = sorted(answer.seconds for answer in answers)
    return seconds[ceil(share * len(seconds)) - 1]
