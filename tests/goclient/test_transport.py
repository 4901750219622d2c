"""That the client keeps its connections as Go does."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.certificates import Authority
from tests.goclient.transport import IDLE_CONNECTIONS, Transport
from tests.processes import PATIENCE_SECONDS, eventually
from tests.sockets import ScriptedServer, answer, read_head, reset

REQUEST = b"GET / HTTP/1.1\r\n\r\n"


class Place:
    """Where scripted servers are, and the client before them."""

    def __init__(self, folder: Path) -> None:
        """Make a certificate."""
        authority = Authority()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(*authority.issue().write(folder))
        self.trust = ssl.create_default_context(cadata=authority.pem)
        self.port = 0
        self.client = Transport(lambda: self.port, lambda: self.trust)

    def at(self, server: ScriptedServer) -> None:
        """Let new connections go to *server*."""
        self.port = urlsplit(server.url).port or 0

    def send(self) -> bytes:
        """Send a request."""
        return self.client.send(REQUEST, time.monotonic() + PATIENCE_SECONDS).body


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A place without a server yet."""
    made = Place(tmp_path)
    yield made
    made.client.close()


def test_connection_is_kept(place: Place) -> None:
    """One request after the other goes over one connection."""
    with ScriptedServer(answer(b"yes"), tls=place.tls) as server:
        place.at(server)
        assert [place.send() for _ in range(5)] == [b"yes"] * 5
        assert (server.connections, place.client.idle) == (1, 1)
        place.client.drop_idle()


def test_so_many_are_kept(place: Place) -> None:
    """Of the connections of many requests at once only so many are kept."""
    together = threading.Barrier(IDLE_CONNECTIONS + 5)

    def script(connection: socket.socket) -> None:
        read_head(connection)
        together.wait()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        read_head(connection)

    with ScriptedServer(script, tls=place.tls) as server, ThreadPoolExecutor(together.parties) as threads:
        place.at(server)
        for waiting in [threads.submit(place.send) for _ in range(together.parties)]:
            waiting.result()
        eventually(lambda: place.client.idle == IDLE_CONNECTIONS)
        place.client.drop_idle()


def test_connection_that_nobody_waits_for_any_more(place: Place) -> None:
    """A request takes a connection that comes free while its own is being opened; that one stays behind, unused."""
    free = threading.Event()

    def first(connection: socket.socket) -> None:
        while read_head(connection):
            free.wait()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with ScriptedServer(first, tls=place.tls) as quick, ScriptedServer(first) as slow:
        with ThreadPoolExecutor(2) as threads:
            place.at(quick)
            begun = threads.submit(place.send)
            eventually(lambda: place.client.dials.done == 1)
            place.at(slow)  # which never shakes hands
            second = threads.submit(place.send)
            eventually(lambda: slow.connections == 1)
            free.set()
            assert (begun.result(), second.result()) == (b"", b"")
        assert quick.connections == 1
        place.client.drop_idle()


def test_connection_that_was_closed_while_idle(place: Place) -> None:
    """It is not used."""
    with ScriptedServer(answer(b"one"), tls=place.tls) as server:
        place.at(server)
        assert place.send() == b"one"
    with ScriptedServer(answer(b"two"), tls=place.tls) as server:
        place.at(server)
        assert place.send() == b"two"
        place.client.drop_idle()


def test_connection_that_breaks_under_a_request(place: Place) -> None:
    """The request fails, and is not sent again."""
    with ScriptedServer(reset, tls=place.tls) as server:
        place.at(server)
        with pytest.raises(OSError, match=r"reset|EOF"):
            place.send()
        assert server.connections == 1


def test_announced_end(place: Place) -> None:
    """A connection is not used again after `Connection: close`."""
    with ScriptedServer(answer(b"", headers="Connection: close\r\n"), tls=place.tls) as server:
        place.at(server)
        place.send()
        place.send()
        assert (server.connections, place.client.idle) == (2, 0)
