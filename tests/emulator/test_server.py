"""The socket."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import urllib3

from tests.emulator.serving import API, NOW, SECONDS, Clock, Served, one_image
from webhook.emulator.emulator import Emulator
from webhook.emulator.faults import Drip, Hang, Latency
from webhook.emulator.server import MAX_BODY_BYTES, serve
from webhook.emulator.world_file import parse_world

SCAN = f"{API}/scans/cheapi"
GET = f"GET {SCAN} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x\r\n"


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that is not served yet."""
    return Emulator(parse_world(one_image(), now=NOW), now=Clock())


@pytest.fixture
def plain(registry: Served) -> Iterator[socket.socket]:
    """A connection to a served emulator."""
    with socket.create_connection(("127.0.0.1", int(registry.url.rpartition(":")[2])), SECONDS) as connection:
        yield connection


def answer(connection: socket.socket) -> bytes:
    """Read one answer with a body off a connection."""
    read = b""
    while b"\r\n\r\n" not in read:
        read += connection.recv(65536)
    head, _, body = read.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(body) < length:
        body += connection.recv(65536)
    return head


def test_a_connection_serves_many_requests(registry: Served) -> None:
    """HTTP/1.1 keep-alive: a hundred requests, one connection."""
    for _ in range(100):
        registry.get("/scans/cheapi")

    assert registry.pool.connection_from_url(registry.url).num_connections == 1


def test_bodies_do_not_run_into_the_next_request(plain: socket.socket) -> None:
    """Whatever was sent with a request is read, by length or in chunks, also where nobody looks at it."""
    for body in ("Content-Length: 5\r\n\r\nhello", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", "\r\n"):
        plain.sendall((GET + body).encode())

        assert answer(plain).startswith(b"HTTP/1.1 200 OK\r\n")


def test_requests_may_come_before_the_answers(plain: socket.socket) -> None:
    """Pipelined requests are answered in their order."""
    plain.sendall((GET + "\r\n").encode() * 3)
    read = b""
    while read.count(b"HTTP/1.1 200 OK") < 3 or not read.endswith(b"}\n"):
        read += plain.recv(65536)

    assert read.count(b'"cheapi"') == 3


def test_a_connection_ends_when_the_client_says_so(plain: socket.socket) -> None:
    """After the answer."""
    plain.sendall((GET + "Connection: close\r\n\r\n").encode())

    assert b"Connection: close" in answer(plain)
    assert plain.recv(1) == b""


@pytest.mark.parametrize(
    "head",
    [
        "Content-Length: x\r\n\r\n",
        "Content-Length: -1\r\n\r\n",
        f"Content-Length: {MAX_BODY_BYTES + 1}\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nrubbish\r\n",
        f"Transfer-Encoding: chunked\r\n\r\n{MAX_BODY_BYTES + 1:x}\r\n{'x' * (MAX_BODY_BYTES + 1)}\r\n0\r\n\r\n",
    ],
    ids=["no number", "negative", "too large", "no chunks", "too large a chunk"],
)
def test_a_body_that_cannot_be_read_is_refused(plain: socket.socket, registry: Served, head: str) -> None:
    """Nobody knows where the next request would begin: 400, the end, and no service hears of it."""
    with suppress(ConnectionError):
        plain.sendall((GET + head).encode())

    assert answer(plain).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert registry.emulator.calls.count() == 0


def test_a_client_may_wait_for_leave_to_send_its_body(plain: socket.socket) -> None:
    """`Expect: 100-continue` is answered, once, before the body."""
    plain.sendall((GET + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n").encode())
    assert plain.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
    plain.sendall(b"{}")

    assert answer(plain).startswith(b"HTTP/1.1 200 OK\r\n")


def test_nothing_is_printed(registry: Served, capfd: pytest.CaptureFixture[str]) -> None:
    """No line for each request, and none for a broken one or a client that leaves."""
    registry.get("/scans/cheapi")
    with socket.create_connection(("127.0.0.1", int(registry.url.rpartition(":")[2])), SECONDS) as rude:
        rude.sendall(b"\x00\x01rubbish\r\n\r\n")
        rude.recv(65536)
    registry.get("/scans/none")

    assert capfd.readouterr() == ("", "")


def test_a_thousand_clients_are_served_at_once(registry: Served) -> None:
    """None of them is refused, and they wait side by side."""
    registry.emulator.faults.add(Latency(seconds=1))
    port = int(registry.url.rpartition(":")[2])
    clients = [socket.create_connection(("127.0.0.1", port), 60) for _ in range(1000)]
    try:
        for client in clients:
            client.sendall((GET + "\r\n").encode())
        heads = [answer(client) for client in clients]
    finally:
        for client in clients:
            client.close()

    assert all(head.startswith(b"HTTP/1.1 200 OK") for head in heads)
    assert registry.emulator.calls.peak > 100


def test_the_end_lets_go_who_hangs_and_ends_every_connection(emulator: Emulator) -> None:
    """Idle, hanging and dripping clients are all cut off, at once, and the port is free."""
    emulator.faults.add(Hang(path="*/scans/*"), Drip(seconds=3600, path="/endpoints"))
    with serve(emulator) as running:
        clients = [socket.create_connection((running.host, running.port), SECONDS) for _ in range(3)]
        clients[1].sendall((GET + "\r\n").encode())
        clients[2].sendall(b"GET /endpoints HTTP/1.1\r\nHost: x\r\n\r\n")
        head = clients[2].recv(65536)
    rest = [client.recv(65536) for client in clients[:2]]
    for client in clients:
        client.close()

    assert head.startswith(b"HTTP/1.1 200 OK")
    assert rest == [b"", b""]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((running.host, running.port), SECONDS)
    assert not [thread for thread in threading.enumerate() if thread.name == "emulator"]


def test_an_emulator_can_be_served_again(emulator: Emulator) -> None:
    """On the same port, with what it held and the faults that were on."""
    emulator.faults.add(Latency(seconds=0))
    with serve(emulator) as first:
        pass
    assert len(emulator.faults.list()) == 1
    with serve(emulator, port=first.port) as second, urllib3.PoolManager() as pool:
        assert pool.request("GET", f"{second.url}/endpoints").status == 200
        assert second.url == first.url


def test_a_port_that_is_taken_is_an_error(emulator: Emulator) -> None:
    """For the caller to tell, not an end of the process."""
    with serve(emulator) as running, pytest.raises(OSError, match="in use"), serve(emulator, port=running.port):
        pass
