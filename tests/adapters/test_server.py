"""gunicorn as it is set up here: connections that are kept, workers that are replaced, and nothing but JSON said."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.certificates import Authority
from tests.gates import Gate, connected, post, received
from tests.plain_server import THREADS
from tests.processes import eventually, running_module

GUNICORN_KEEPALIVE_SECONDS = 2.0
"""After so long gunicorn would close an idle connection, were it not told otherwise."""


@pytest.fixture(scope="module", params=["admission", "gthread"])
def server(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Gate]:
    """The server, with two workers of either kind."""
    folder, authority = tmp_path_factory.mktemp("server"), Authority()
    authority.issue().write(folder)
    with running_module("tests.plain_server", folder, request.param) as process:
        yield connected(process, authority)
    for line in process.log.all():
        json.loads(line)
    assert process.output.all() == []


def pid(server: Gate) -> int:
    """Return which worker answers on a new connection."""
    return int(server.post(b"{}").document["pid"])


def workers(server: Gate) -> set[int]:
    """Return the workers that answer."""
    return {pid(server) for _ in range(20)}


def test_idle_connection_is_kept(server: Gate) -> None:
    """A connection that was idle for a while is still open: an API server keeps it for up to 90 seconds."""
    with closing(server.connect()) as connection:
        first = post(connection, b"{}")
        time.sleep(GUNICORN_KEEPALIVE_SECONDS * 1.5)
        second = post(connection, b"{}")
    assert first.document == second.document


def test_more_idle_connections_than_threads(server: Gate) -> None:
    """Connections that are kept but idle hold no thread: others are answered."""
    with ExitStack() as stack:
        idle = [stack.enter_context(closing(server.connect())) for _ in range(THREADS * 6)]
        for connection in idle:
            assert post(connection, b"{}").status == 200
        assert pid(server)
        for connection in idle:
            assert post(connection, b"{}").status == 200


def test_application_that_breaks(server: Gate) -> None:
    """An exception of the application is an error for its caller alone, and a line in the log."""
    answer = server.post(b"{}", "/break")
    assert answer.status == 500
    assert b"as asked" not in answer.body
    line = server.process.log.first(lambda line: "as asked" in line.get("exception", ""))
    assert line["level"] == "error"
    assert pid(server)


def test_worker_that_is_killed_is_replaced(server: Gate) -> None:
    """A worker that dies is replaced by another one, which answers reviews and probes; nobody else notices."""
    killed = pid(server)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: len(workers(server) - {killed}) == 2)
    assert all(server.probe("/").document["pid"] != killed for _ in range(10))


def test_method_and_path_reach_the_application(server: Gate) -> None:
    """The server itself answers nothing that the application should."""
    with closing(server.connect()) as connection:
        connection.request("GET", "/anything")
        assert received(connection.getresponse()).status == 200


def test_probes_of_any_worker_tell_of_the_drain(server: Gate) -> None:
    """Every process knows whether the server is about to stop. The last test: the server is gone afterwards."""
    seen: set[int] = set()

    def all_seen() -> bool:
        answer = server.probe("/").document
        assert answer["draining"] is False
        seen.add(answer["pid"])
        return len(seen) == 2

    eventually(all_seen)
    server.process.signal(signal.SIGTERM)
    eventually(lambda: bool(server.probe("/").document["draining"]))
    assert all(server.probe("/").document["draining"] for _ in range(10))
    assert server.process.wait() == 0
