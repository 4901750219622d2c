"""The service: answers in their order, on the spot or off watch, and no thread that waits for a client."""

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.adapters.admission_worker.houses import HEAD, House, answered, exchange, heard, house, until_closed
from tests.processes import eventually
from webhook.adapters.admission_worker.shedding import Shed
from webhook.adapters.admission_worker.terms import Patience


class Slow:
    """An application that answers `slow` when it is told to, and everything else at once."""

    def __init__(self) -> None:
        """Hold back what is slow."""
        self.go = threading.Event()
        self.inside = 0
        self._lock = threading.Lock()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer with the body."""
        body: bytes = environ["wsgi.input"].read()
        if body.startswith(b"slow"):
            with self._lock:
                self.inside += 1
            self.go.wait(60)
        if body == b"break":
            raise ZeroDivisionError("as asked")
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [body]


@pytest.fixture
def slow() -> Iterator[Slow]:
    """The application."""
    application = Slow()
    yield application
    application.go.set()


def test_slow_answers_hold_nobody_up(slow: Slow) -> None:
    """While some answers take their time others are given, on new connections and on kept ones; then they come, too."""
    with house(slow, threads=4) as served, ThreadPoolExecutor(3) as clients, served.connect() as kept:
        waiting = [clients.submit(served.ask, b"slow %d" % number) for number in range(3)]
        eventually(lambda: slow.inside == 3)
        for _ in range(50):
            assert served.ask(b"quick").body == b"quick"
            assert exchange(kept, HEAD % 5 + b"quick").body == b"quick"
        assert not any(each.done() for each in waiting)
        slow.go.set()
        assert sorted(each.result().body for each in waiting) == [b"slow 0", b"slow 1", b"slow 2"]


def test_connection_whose_answer_was_slow(slow: Slow) -> None:
    """A connection is kept behind a slow answer, and what came behind that request in one piece is answered."""
    with house(slow) as served, served.connect() as connection:
        connection.sendall(HEAD % 4 + b"slow" + HEAD % 5 + b"quick" + HEAD[:10])
        eventually(lambda: slow.inside == 1)
        assert served.ask().status == 200
        slow.go.set()
        assert [answered_one(connection) for _ in range(2)] == [b"slow", b"quick"]
        connection.sendall(HEAD[10:] % 4 + b"more")
        assert answered_one(connection) == b"more"


def answered_one(connection: object) -> bytes:
    """Read one answer and no more, where others may follow: byte by byte."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(1)  # type: ignore[attr-defined]
    fields = dict(line.split(b": ", 1) for line in data.split(b"\r\n")[1:-2])
    body = b""
    while len(body) < int(fields[b"Content-Length"]):
        body += connection.recv(1)  # type: ignore[attr-defined]
    return body


def test_too_much_to_do(slow: Slow) -> None:
    """With all threads at work some requests wait, and the rest is asked to come again; a short wait is not noticed."""
    shed: list[Shed] = []
    with house(slow, threads=2, queue=2, shedding=heard(shed)) as served, ExitStack() as stack:
        connections = [stack.enter_context(served.connect()) for _ in range(6)]
        for number, connection in enumerate(connections[:2]):
            connection.sendall(HEAD % 4 + b"slow")
            eventually(lambda: slow.inside == number + 1)  # noqa: B023 - called at once
        eventually(lambda: served.service.watch._away == 2)
        for number, connection in enumerate(connections[2:4]):
            connection.sendall(HEAD % 5 + b"quick")
            eventually(lambda: len(served.service.watch._queue) == number + 1)  # noqa: B023 - called at once
        for connection in connections[4:]:
            answer = exchange(connection, HEAD % 5 + b"quick")
            assert (answer.status, answer.headers["Retry-After"], answer.headers["Connection"]) == (503, "1", "close")
            assert until_closed(connection) == b""
        assert shed == [Shed.QUEUE] * 2
        slow.go.set()
        assert [answered(connection).body for connection in connections[:4]] == [b"slow"] * 2 + [b"quick"] * 2


def test_too_long_a_wait(slow: Slow) -> None:
    """A request that waited too long for a thread is asked to come again: its client may have given up."""
    shed: list[Shed] = []
    with house(slow, Patience(queue=0.05), threads=1, shedding=heard(shed)) as served, ExitStack() as stack:
        first, second = (stack.enter_context(served.connect()) for _ in range(2))
        first.sendall(HEAD % 4 + b"slow")
        eventually(lambda: served.service.watch.busy)
        second.sendall(HEAD % 5 + b"quick")
        eventually(lambda: len(served.service.watch._queue) == 1)
        time.sleep(0.1)
        slow.go.set()
        assert answered(first).status == 200
        assert answered(second).status == 503
        assert shed == [Shed.THREADS]


def test_application_that_breaks(slow: Slow, caplog: pytest.LogCaptureFixture) -> None:
    """An exception is its caller's alone, is logged, and not told."""
    with house(slow) as served:
        answer = served.ask(b"break")
        assert (answer.status, answer.headers["Connection"]) == (500, "close")
        assert b"as asked" not in answer.body
        assert served.ask().status == 200
    assert "as asked" in str(caplog.records[0].exc_info)


def test_application_whose_answer_cannot_be_sent() -> None:
    """An answer that would be two is not sent."""

    def application(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("X", "a\r\nY: b")])
        return [b""]

    with house(application) as served:
        logging.getLogger("test.admission").setLevel(logging.CRITICAL)
        assert served.ask().status == 500
        logging.getLogger("test.admission").setLevel(logging.NOTSET)


def test_drain() -> None:
    """While the server drains each answer says that it is the last one on its connection."""
    draining: list[bool] = []
    with house(draining=lambda: bool(draining)) as served, served.connect() as kept:
        assert exchange(kept, HEAD % 2 + b"hi").headers["Connection"] == "keep-alive"
        draining.append(True)
        assert exchange(kept, HEAD % 2 + b"hi").headers["Connection"] == "close"
        assert until_closed(kept) == b""


def constant(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer without a look at the request."""
    start_response("200 OK", [])
    return [b"constant"]


def test_refused_request_is_the_last_one() -> None:
    """Nothing is served behind a request that was refused, nor behind one whose body was not read."""
    for first in (b"GET / HTTP/1.1\nHost: a\r\n\r\n", HEAD % 10_000_000, b"POST / HTTP/1.0\r\n\r\n"):
        with house(constant) as served, served.connect() as connection:
            connection.sendall(first + HEAD % 6 + b"hidden")
            said = until_closed(connection)
            assert said.count(b"HTTP/1.1 ") == 1


def test_application_that_says_that_it_waits(slow: Slow) -> None:
    """An application that says that it is about to wait costs the others no time at all."""
    hold: list[House] = []

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        hold[0].service.watch.step_aside()
        return slow(environ, start_response)

    with house(application) as served, ThreadPoolExecutor(1) as clients:
        hold.append(served)
        waiting = clients.submit(served.ask, b"slow")
        eventually(lambda: slow.inside == 1)
        assert served.ask(b"quick").body == b"quick"
        slow.go.set()
        assert waiting.result().body == b"slow"
