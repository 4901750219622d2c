"""Probes: answered on a socket that several processes may share."""

import resource
import socket
import threading
import time
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from webhook.adapters.probes import serve_probes


def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer everything with its thanks."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"thanks"]


@pytest.fixture
def address() -> tuple[str, int]:
    """Serve probes on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve_probes, args=(listener, application), daemon=True).start()
    return listener.getsockname()  # type: ignore[no-any-return]  # an IPv4 socket has host and port


def answer(address: tuple[str, int]) -> bytes:
    """Ask once and return the whole answer."""
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        return b"".join(iter(lambda: client.recv(4096), b""))


def test_a_probe_is_answered_and_not_logged(address: tuple[str, int], capfd: pytest.CaptureFixture[str]) -> None:
    """The answer is the application's, and neither stream gets a line about it."""
    assert answer(address).endswith(b"thanks")
    assert capfd.readouterr() == ("", "")


def test_silent_clients_do_not_hold_others_up(address: tuple[str, int]) -> None:
    """Each connection has a thread of its own."""
    silent = [socket.create_connection(address) for _ in range(20)]
    try:
        assert answer(address).endswith(b"thanks")
    finally:
        for client in silent:
            client.close()


def test_probes_are_answered_after_a_shortage_of_descriptors() -> None:
    """A process that had none to spare when it began answers as soon as it has."""
    listener = socket.create_server(("127.0.0.1", 0))
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (listener.fileno() + 1, before[1]))
    try:
        threading.Thread(target=serve_probes, args=(listener, application), daemon=True).start()
        time.sleep(0.1)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert answer(listener.getsockname()).endswith(b"thanks")
