"""One connection: TLS, and requests that are read as their bytes come, without ever waiting for one."""

import select
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from webhook.adapters.admission_worker.heads import Address, Head, Heads, Refused
from webhook.adapters.admission_worker.terms import Terms

RECORD_BYTES = 16 * 1024
"""The most that a TLS record holds; more is not read at once anyway."""

RECORDS_AT_ONCE = 32
"""After so many others are heard, too."""

_HEAD_END = b"\r\n\r\n"


class Phase(Enum):
    """How far a connection is."""

    HANDSHAKE = auto()
    HEAD = auto()
    BODY = auto()
    SERVED = auto()
    """A thread answers a request of it. Nobody else touches it."""
    PARTING = auto()
    """All is said; the client may still be sending."""
    CLOSED = auto()


@dataclass(frozen=True, slots=True)
class Request:
    """A request that can be answered."""

    head: Head
    length: int | None
    body: bytes
    whole: bool
    """Whether all of the body came."""


class Connection:
    """A connection of a client. Nothing here waits, but `send`."""

    __slots__ = (
        *("asked", "deadline", "fd", "held", "peer", "phase", "since"),
        *("_chunks", "_head", "_length", "_socket", "_start", "_terms"),
    )

    def __init__(self, plain: socket.socket, peer: Address, terms: Terms) -> None:
        """Begin with a socket that was just accepted.

        Raises:
            OSError: the client is gone already.
        """
        plain.setblocking(False)
        self._terms = terms
        self._socket = terms.tls().wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
        self.fd = self._socket.fileno()
        self.peer = peer
        self.since = time.monotonic()
        """When it last came to be idle, or its request to wait for an answer."""
        self.deadline = self.since + terms.patience.handshake
        """When it is to be closed, on the monotonic clock."""
        self.phase = Phase.HANDSHAKE
        self.asked = False
        """Whether there ever was a request."""
        self.held = 0
        """Bytes of an unfinished body."""
        self._start = b""
        self._head: Head | None = None
        self._length: int | None = 0
        self._chunks: list[bytes] = []

    def advance(self, heads: Heads) -> Request | Refused | None:
        """Take what has come, and return a request once there is one.

        Raises:
            OSError: the client is gone, or does not speak TLS.
        """
        if self.phase is Phase.HANDSHAKE and not self._shake_hands():
            return None
        if self.phase is Phase.PARTING:
            return self._listen_no_more()
        with suppress(ssl.SSLWantReadError):
            for _ in range(RECORDS_AT_ONCE):
                request = self._take(self._socket.recv(RECORD_BYTES), heads)
                if request is not None:
                    return request
        return None

    def left_over(self, heads: Heads) -> Request | Refused | None:
        """Return the request that came in one piece with the one before, if it did."""
        start, self._start = self._start, b""
        return self._begin(start, heads) if start else None

    def cut_off(self) -> Request | None:
        """Return as much of a request as has come, if its head has; the rest will not be waited for."""
        return None if self._head is None else self._request(self._head, whole=False)

    def rest(self, now: float) -> None:
        """Wait for the next request: this one is answered."""
        self.since = now
        self.deadline = now + self._terms.patience.idle
        self.phase = Phase.HEAD

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
                end = end or time.monotonic() + self._terms.patience.answer
                self._wait_to_send(end)

    def say(self, data: bytes) -> None:
        """Send *data* if that needs no wait. Raises as `send` does."""
        with suppress(ssl.SSLWantWriteError):
            self._socket.send(data)

    def part(self) -> None:
        """End what is sent. What the client still sends is read for a while, or it might lose the answer."""
        self.forget()
        self.deadline = time.monotonic() + self._terms.patience.parting
        self.phase = Phase.PARTING
        with suppress(OSError, ValueError):
            self._socket.unwrap()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close it."""
        if self.phase is Phase.HEAD:
            with suppress(OSError, ValueError):
                self._socket.unwrap()
        self.phase = Phase.CLOSED
        self.forget()
        with suppress(OSError):
            self._socket.close()

    def forget(self) -> None:
        """Let go of what has come of a request."""
        self._start, self._head, self._chunks, self.held = b"", None, [], 0

    def _shake_hands(self) -> bool:
        try:
            self._socket.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.rest(time.monotonic())
        return True

    def _take(self, data: bytes, heads: Heads) -> Request | Refused | None:
        if self._head is None:
            if not data:
                raise ConnectionResetError("closed by the client")
            return self._begin(self._start + data if self._start else data, heads)
        if not data:
            return self._request(self._head, whole=False)
        self._chunks.append(data)
        self.held += len(data)
        return self._finished(self._head)

    def _begin(self, data: bytes, heads: Heads) -> Request | Refused | None:
        end = data.find(_HEAD_END)
        if end < 0:
            if not self._start:
                self.deadline = time.monotonic() + self._terms.patience.head
            self._start = data
            return heads.check(data, self.peer)
        said = heads.read(data[: end + 4], self.peer)
        if isinstance(said, Refused):
            return said
        self._start = b""
        head, self._length = said
        self._chunks, self.held = [data[end + 4 :]], len(data) - end - 4
        return self._finished(head) or self._wait_for_body(head)

    def _finished(self, head: Head) -> Request | None:
        """Return the request if there is nothing to wait for, or no use in it."""
        length = self._length
        if length is None or length == self.held:
            return self._request(head, whole=True)
        if length < self.held:
            whole = b"".join(self._chunks)
            self._chunks, self._start = [whole[:length]], whole[length:]
            return self._request(head, whole=True)
        if length > self._terms.body_bytes:
            return self._request(head, whole=False)
        return None

    def _wait_for_body(self, head: Head) -> None:
        self._head = head
        self.deadline = time.monotonic() + self._terms.patience.body
        self.phase = Phase.BODY
        if head.expects:
            self.say(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _request(self, head: Head, *, whole: bool) -> Request:
        chunks, self._chunks, self._head, self.held = self._chunks, [], None, 0
        self.phase = Phase.SERVED
        self.asked = True
        self.since = time.monotonic()
        if self._length is None:
            self._start, chunks = chunks[0], []
        return Request(head, self._length, chunks[0] if len(chunks) == 1 else b"".join(chunks), whole)

    def _listen_no_more(self) -> None:
        """Throw away what still comes. Raises `ConnectionResetError` when the client has closed."""
        with suppress(BlockingIOError):
            for _ in range(RECORDS_AT_ONCE):
                if not self._socket.recv(RECORD_BYTES):
                    raise ConnectionResetError("closed by the client")

    def _wait_to_send(self, end: float) -> None:
        ready = select.poll()
        ready.register(self.fd, select.POLLOUT)
        left = end - time.monotonic()
        if left <= 0 or not ready.poll(left * 1000):
            raise TimeoutError("the client does not take its answer")
