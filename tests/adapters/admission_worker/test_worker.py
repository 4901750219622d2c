"""The worker as a process of gunicorn: signals, the sign of life, and an end that nobody holds up."""

import logging
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, connected, post
from tests.plain_server import DRAIN_SECONDS
from tests.processes import eventually, running_module
from webhook.adapters.server import GRACEFUL_SECONDS


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Gate]:
    """The server of two workers."""
    authority = Authority()
    authority.issue().write(tmp_path)
    with running_module("tests.plain_server", tmp_path) as process:
        yield connected(process, authority)


def pids(server: Gate) -> set[int]:
    """Return the workers that answer."""
    return {int(server.post(b"{}").document["pid"]) for _ in range(20)}


def both(server: Gate) -> set[int]:
    """Return both workers, once there are two that answer."""
    seen: set[int] = set()

    def found() -> bool:
        seen.clear()
        seen.update(pids(server))
        return len(seen) == 2

    eventually(found)
    return seen


def test_idle_connections_do_not_hold_up_the_end(server: Gate) -> None:
    """A connection with shaken hands and no request, and one that is kept, cost a stopping server two seconds."""
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(server.socket())
            assert post(stack.enter_context(closing(server.connect())), b"{}").status == 200
        begun = time.monotonic()
        server.process.signal(signal.SIGTERM)
        assert server.process.wait() == 0
        assert time.monotonic() - begun < DRAIN_SECONDS + GRACEFUL_SECONDS / 2


def test_reload(server: Gate) -> None:
    """On SIGHUP other workers take over, and a connection that was kept gets its next answer all the same."""
    before = both(server)
    with closing(server.connect()) as kept:
        assert post(kept, b"{}").status == 200
        server.process.signal(signal.SIGHUP)
        answer = post(kept, b"{}")
        assert answer.status == 200
    eventually(lambda: not pids(server) & before)


def test_worker_that_hangs_is_killed_and_one_that_does_not_is_not(server: Gate) -> None:
    """A stopped worker is killed by gunicorn, since it shows no sign of life; the other one goes on."""
    before = both(server)
    hung = min(before)
    os.kill(hung, signal.SIGSTOP)
    eventually(lambda: any("WORKER TIMEOUT" in line["message"] for line in server.process.log.documents()))
    assert both(server) & before == before - {hung}


def test_worker_whose_threads_fail_is_replaced(server: Gate) -> None:
    """It says why and ends, and another one takes its place: nobody is left on a connection that no thread attends."""
    before = both(server)
    with pytest.raises(OSError, match=r"."), closing(server.connect()) as connection:
        post(connection, b"{}", path="/end")
    line = server.process.log.first(lambda line: "Exception in worker process" in line["message"])
    assert "a thread that serves has failed" in line["exception"]
    assert "SystemExit: as asked" in line["exception"]
    assert len(both(server) & before) == 1


def test_head_that_is_wrong(server: Gate) -> None:
    """A head that gunicorn does not accept is answered as gunicorn answers it, and the log says what came."""
    with server.socket() as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n")
        said = b""
        while more := connection.recv(4096):
            said += more
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    line = server.process.log.first(lambda line: "Invalid request" in line["message"])
    assert logging.getLevelNamesMapping()[line["level"].upper()] == logging.WARNING
