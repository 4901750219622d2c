"""One connection: TLS, what comes on it, and how long that may take. Nothing here waits, but `send`."""

import select
import socket
import ssl
import time
from contextlib import suppress
from enum import Enum, auto

from webhook.adapters.admission_worker.heads import Address, Heads
from webhook.adapters.admission_worker.incoming import Heard, Incoming, Request
from webhook.adapters.admission_worker.terms import Terms

RECORD_BYTES = 16 * 1024
"""The most that a TLS record holds; more is not read at once anyway."""

RECORDS_AT_ONCE = 32
"""After so many others are heard, too."""


class Phase(Enum):
    """How far a connection is."""

    HANDSHAKE = auto()
    IDLE = auto()
    HEAD = auto()
    BODY = auto()
    SERVED = auto()
    """A thread answers a request of it. Nobody else touches it."""
    PARTING = auto()
    """All is said; the client may still be sending."""
    CLOSED = auto()


class Connection:
    """A connection of a client."""

    __slots__ = ("_incoming", "_patience", "_socket", "asked", "deadline", "fd", "peer", "phase", "since")

    def __init__(self, plain: socket.socket, peer: Address, heads: Heads, terms: Terms) -> None:
        """Begin with a socket that was just accepted.

        Raises:
            OSError: the client is gone already.
        """
        plain.setblocking(False)
        self._patience = terms.patience
        self._incoming = Incoming(heads, peer, terms.body_bytes)
        self._socket = terms.tls().wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.fd = self._socket.fileno()
        self.peer = peer
        self.phase = Phase.HANDSHAKE
        self.since = time.monotonic()
        """When it last came to be idle, or its request to wait for an answer."""
        self.deadline = self.since + terms.patience.handshake
        """When it is to be closed, on the monotonic clock."""
        self.asked = False
        """Whether there ever was a request."""

    @property
    def held(self) -> int:
        """Bytes of an unfinished body."""
        return self._incoming.held

    def advance(self) -> Heard:
        """Take what has come, and return a request once there is one.

        Raises:
            OSError: the client is gone, or does not speak TLS.
        """
        with suppress(ssl.SSLWantReadError, BlockingIOError):
            if self.phase is Phase.HANDSHAKE:
                self._socket.do_handshake()
                self.rest(time.monotonic())
            for _ in range(RECORDS_AT_ONCE):
                data = self._socket.recv(RECORD_BYTES)
                if not data:
                    return self._ended()
                if self.phase is not Phase.PARTING and (heard := self._incoming.take(data)) is not None:
                    return self._noted(heard)
        return self._noted(None)

    def left_over(self) -> Heard:
        """Return the request that came in one piece with the one before, if it did."""
        return self._noted(self._incoming.left_over())

    def cut_off(self) -> Request | None:
        """Return as much of a request as has come, if its head has; the rest will not be waited for."""
        request = self._incoming.cut_off()
        self._noted(request)
        return request

    def rest(self, now: float) -> None:
        """Wait for the next request: the last one is answered."""
        self.since = now
        self.deadline = now + self._patience.idle
        self.phase = Phase.IDLE

    def send(self, data: bytes) -> None:
        """Send all of *data*, and wait for that as long as the terms allow.

        Raises:
            OSError: the client is gone, or did not take it.
        """
        end = 0.0
        while data:
            try:
                data = data[self._socket.send(data) :]
            except ssl.SSLWantWriteError:
                end = end or time.monotonic() + self._patience.answer
                _wait_to_send(self.fd, end)

    def say(self, data: bytes) -> None:
        """Send *data* if that needs no wait. Raises as `send` does."""
        with suppress(ssl.SSLWantWriteError):
            self._socket.send(data)

    def part(self) -> None:
        """End what is sent. What the client still sends is read for a while, or it might lose the answer."""
        self._incoming.forget()
        self.deadline = time.monotonic() + self._patience.parting
        self.phase = Phase.PARTING
        with suppress(OSError, ValueError):
            self._socket.unwrap()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close it."""
        if self.phase is Phase.IDLE:
            with suppress(OSError, ValueError):
                self._socket.unwrap()
        self.phase = Phase.CLOSED
        self._incoming.forget()
        with suppress(OSError):
            self._socket.close()

    def _ended(self) -> Request:
        """Return as much of a request as the client has sent before it closed. Raises where that is nothing."""
        request = None if self.phase is Phase.PARTING else self.cut_off()
        if request is None:
            raise ConnectionResetError("closed by the client")
        return request

    def _noted(self, heard: Heard) -> Heard:
        """Note how far the connection is, with what was *heard* on it."""
        if isinstance(heard, Request):
            self.phase, self.asked, self.since = Phase.SERVED, True, time.monotonic()
        elif self._incoming.head is not None and self.phase is not Phase.BODY:
            self.phase, self.deadline = Phase.BODY, time.monotonic() + self._patience.body
            if self._incoming.head.expects:
                self.say(b"HTTP/1.1 100 Continue\r\n\r\n")
        elif self.phase is Phase.IDLE and self._incoming.begun:
            self.phase, self.deadline = Phase.HEAD, time.monotonic() + self._patience.head
        return heard


def _wait_to_send(number: int, end: float) -> None:
    ready = select.poll()
    ready.register(number, select.POLLOUT)
    left = end - time.monotonic()
    if left <= 0 or not ready.poll(left * 1000):
        raise TimeoutError("the client does not take its answer")
