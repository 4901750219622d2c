"""Clients that hold connections, and send less than they should or nothing."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

from tests.gates import Gate
from tests.processes import PATIENCE_SECONDS

HEAD = b"POST /validate?timeout=10s HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"

DRIP_SECONDS = 1.0
"""Between two bytes of a client that drips."""

Connected = Callable[[Gate], socket.socket]


def _plain(server: Gate) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)


def _one_byte(server: Gate) -> socket.socket:
    connection = _plain(server)
    connection.sendall(b"\x16")
    return connection


def _sending(data: bytes) -> Connected:
    def connected(server: Gate) -> socket.socket:
        connection = server.socket()
        connection.sendall(data)
        return connection

    return connected


KINDS: dict[str, Connected] = {
    "connected": _plain,
    "one byte of TLS": _one_byte,
    "handshaken": _sending(b""),
    "half a head": _sending(HEAD),
    "half a body": _sending(HEAD + b"Content-Length: 1000\r\n\r\n{"),
}
"""What they do first."""


@contextmanager
def holding(server: Gate, kind: str, number: int) -> Iterator[list[socket.socket]]:
    """Hold so many connections of one kind; those that have begun to send go on, byte by byte.

    They are held until the gate closes them; that it may.
    """
    held: list[socket.socket] = []
    over = threading.Event()
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(8))

        def connect(_: int) -> None:
            with suppress(OSError):  # the gate may refuse some
                held.append(stack.enter_context(KINDS[kind](server)))

        list(pool.map(connect, range(number)))
        if kind.startswith("half"):
            pool.submit(_drip, held, over)
        stack.callback(over.set)
        yield held


def _drip(held: list[socket.socket], over: threading.Event) -> None:
    while not over.wait(DRIP_SECONDS):
        for connection in held:
            with suppress(OSError, ssl.SSLError):
                connection.sendall(b" ")
