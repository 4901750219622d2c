"""A connection: what it has come to, and until when it may."""

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.admission_worker.houses import HEAD, PEER, heads
from tests.certificates import Authority
from webhook.adapters.admission_worker.connection import Connection, Phase
from webhook.adapters.admission_worker.incoming import Request
from webhook.adapters.admission_worker.terms import Patience, Terms
from webhook.adapters.tls import ServingCertificate

PATIENCE = Patience(handshake=10, idle=1000, head=100, body=200, answer=0.05, parting=20)


class Pair:
    """Both ends of a connection; the client's handshake runs in a thread."""

    def __init__(self, folder: Path) -> None:
        """Connect, and begin the handshake on the client's side."""
        authority = Authority()
        certificate = ServingCertificate(*authority.issue().write(folder), logging.getLogger("test"))
        terms = Terms(
            tls=certificate.context,
            draining=lambda: False,
            threads=1,
            connections=1,
            queue=1,
            body_bytes=1 << 20,
            patience=PATIENCE,
        )
        self.plain, there = socket.socketpair()
        self.server = Connection(there, PEER, heads(), terms)
        self.clients: list[ssl.SSLSocket] = []
        self._trust = authority.trust()

    def shake_hands(self) -> ssl.SSLSocket:
        """Shake hands, and return the client's end."""
        thread = threading.Thread(
            target=lambda: self.clients.append(self._trust.wrap_socket(self.plain, server_hostname="localhost"))
        )
        thread.start()
        while self.server.phase is Phase.HANDSHAKE:
            assert self.server.advance() is None
        thread.join()
        return self.clients[0]


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    """A connection that has just been accepted."""
    made = Pair(tmp_path)
    with made.plain:
        yield made
    made.server.close()
    for client in made.clients:
        client.close()


def advance_until_it_raises(connection: Connection) -> None:
    """Take what comes, until the connection is at its end."""
    while connection.advance() is None:
        pass


def left(connection: Connection) -> float:
    """Return the seconds that the present phase may take, from its beginning."""
    return round(connection.deadline - connection.since, -1)


def test_silent_client(pair: Pair) -> None:
    """A client that does not begin the handshake is not waited for."""
    assert pair.server.advance() is None
    assert (pair.server.phase, left(pair.server)) == (Phase.HANDSHAKE, PATIENCE.handshake)


def test_phases(pair: Pair) -> None:
    """Each phase has its time, all of it together: more bytes do not make it longer."""
    server, client = pair.server, pair.shake_hands()
    assert (server.phase, left(server), server.asked) == (Phase.IDLE, PATIENCE.idle, False)
    whole = HEAD % 5 + b"hello"
    seen: set[tuple[Phase, float]] = set()
    for at in range(len(whole) - 1):
        client.sendall(whole[at : at + 1])
        for _ in range(3):
            assert server.advance() is None
        seen.add((server.phase, left(server)))
    assert seen <= {(Phase.IDLE, PATIENCE.idle), (Phase.HEAD, PATIENCE.head), (Phase.BODY, PATIENCE.body)}
    assert (Phase.BODY, PATIENCE.body) in seen
    client.sendall(whole[-1:])
    while (heard := server.advance()) is None:
        pass
    assert isinstance(heard, Request)
    assert (server.phase, server.asked, heard.body) == (Phase.SERVED, True, b"hello")
    server.rest(server.since)
    assert (server.phase, left(server)) == (Phase.IDLE, PATIENCE.idle)


def test_client_that_wants_to_be_told_to_go_on(pair: Pair) -> None:
    """A client that waits before it sends the body is told to go on, once."""
    server, client = pair.server, pair.shake_hands()
    client.sendall(HEAD.replace(b"Host", b"Expect: 100-continue\r\nHost") % 5)
    while server.phase is not Phase.BODY:
        server.advance()
    assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
    client.sendall(b"hello")
    while (heard := server.advance()) is None:
        pass
    assert isinstance(heard, Request)
    server.send(b"the answer")
    assert client.recv(1000) == b"the answer"


def test_client_that_goes_away(pair: Pair) -> None:
    """A client that closes between requests is gone; one that closes within a body has sent a part of one."""
    server, client = pair.server, pair.shake_hands()
    client.sendall(HEAD % 5 + b"he")
    while server.phase is not Phase.BODY:
        server.advance()
    client.close()
    while (heard := server.advance()) is None:
        pass
    assert isinstance(heard, Request)
    assert (heard.body, heard.whole) == (b"he", False)
    server.rest(0.0)
    with pytest.raises(ConnectionResetError):
        server.advance()


def test_client_that_does_not_take_its_answer(pair: Pair) -> None:
    """An answer that nobody takes is given up in time."""
    server = pair.server
    pair.shake_hands()
    with pytest.raises(TimeoutError):
        server.send(b"x" * (64 << 20))


def test_parting(pair: Pair) -> None:
    """A client that was told the last answer reads it to the end, whatever it still sends; then it is gone."""
    server, client = pair.server, pair.shake_hands()
    client.sendall(HEAD % 5 + b"hello")
    while not isinstance(server.advance(), Request):
        pass
    server.send(b"the last answer")
    server.part()
    assert (server.phase, server.held) == (Phase.PARTING, 0)
    client.sendall(b"more of what nobody reads" * 1000)
    assert server.advance() is None
    assert client.recv(1000) == b"the last answer"
    assert client.recv(1000) == b""
    client.close()
    with pytest.raises(ConnectionResetError):
        advance_until_it_raises(server)


def test_no_tls(pair: Pair) -> None:
    """What is not TLS is an error, and no request."""
    pair.plain.sendall(HEAD % 0)
    with pytest.raises(ssl.SSLError):
        advance_until_it_raises(pair.server)
    pair.server.part()
