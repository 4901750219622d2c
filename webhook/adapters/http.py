"""HTTP calls to other services, each with a deadline. Everything that urllib3 raises ends here.

No redirect is followed and no call is repeated: where a token goes is decided by configuration alone,
and when to try again by whoever knows how much time is left.
"""

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import HTTPResponse

from webhook.core.deadline import Deadline
from webhook.errors import Unavailable, Unreadable

CONNECT_SECONDS = 1.0
"""A service in reach accepts a connection in milliseconds; one that needs longer is better called again."""

MAX_BODY_BYTES = 1024 * 1024
"""A scan result is a few hundred bytes and a page of 1,000 images about half of this."""

_CHUNK_BYTES = 64 * 1024

_CAUSES: tuple[tuple[type[HTTPError], str, bool], ...] = (
    (NewConnectionError, "could not be connected to", True),
    (ConnectTimeoutError, "did not accept a connection in time", True),
    (ReadTimeoutError, "did not answer in time", False),
    (SSLError, "could not prove its identity over TLS", False),
    (ProtocolError, "broke the connection off", True),
)
"""What the person who was refused is told, and whether a second call may fare better; the first that fits."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of a service."""

    status: int
    headers: Mapping[str, str]
    """Names compare without regard to case."""
    body: bytes


class HttpClient:
    """A pool of connections, safe to use from many threads. Open it in the process that uses it."""

    def __init__(self, *, connections: int, ca_file: str | None = None) -> None:
        """Keep up to *connections* open to each service; trust *ca_file*, or the system's authorities."""
        context = ssl.create_default_context(cafile=ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=connections, ssl_context=context, retries=False)
        self._pool.pool_classes_by_scheme = {"http": _PlainPool, "https": _TlsPool}

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Send a request and read the whole answer, whatever its status.

        Raises:
            Unavailable: no whole answer came before the deadline.
            Unreadable: the answer is larger than any that the API can give.
        """
        left = deadline.remaining()
        if left <= 0:
            raise Unavailable("there was no time left to ask the registry")
        with _translated(deadline):
            response = self._pool.request(
                method,
                url,
                body=body,
                headers={"Accept": "application/json", "Accept-Encoding": "identity", **headers},
                timeout=urllib3.Timeout(connect=min(CONNECT_SECONDS, left), total=left),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            with _released(response):
                return Reply(response.status, response.headers, _body(response, deadline))


@contextmanager
def _punctual(connection: HTTPConnection) -> Iterator[None]:
    """Cut *connection* off where the head of an answer takes longer than the call may.

    The library bounds the wait for each piece; a head that comes a byte at a time has many pieces.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        with suppress(OSError):
            # Not the TLS socket's own method: that one is not made to be called while another thread reads.
            socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    timer = threading.Timer(connection.timeout or 0.0, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError("the head of the answer did not come in time")


class _PlainConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # the library overrides it so, too
        """Wait for the head of the answer."""
        with _punctual(self):
            return super().getresponse()


class _TlsConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # the library overrides it so, too
        """Wait for the head of the answer."""
        with _punctual(self):
            return super().getresponse()


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


@contextmanager
def _released(response: urllib3.BaseHTTPResponse) -> Iterator[None]:
    """Give the connection back for the next call, or close it where the answer was not read to its end."""
    try:
        yield
    except BaseException:
        response.close()
        raise
    response.release_conn()


def _body(response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
    """Read to the end, counting bytes and time: a service may send one byte a second for ever."""
    parts: list[bytes] = []
    size = 0
    while part := response.read1(_CHUNK_BYTES):
        parts.append(part)
        size += len(part)
        if size > MAX_BODY_BYTES:
            raise Unreadable(f"the registry's answer is larger than {MAX_BODY_BYTES} bytes")
        if deadline.remaining() <= 0:
            raise Unavailable("the registry did not finish its answer in time")
    return b"".join(parts)


@contextmanager
def _translated(deadline: Deadline) -> Iterator[None]:
    try:
        yield
    except HTTPError as error:
        if deadline.remaining() <= 0 and isinstance(error, ProtocolError | SSLError):  # it was cut off by us
            raise Unavailable(f"the registry did not answer in time ({type(error).__name__})") from error
        cause, passing = next(
            ((text, passing) for kind, text, passing in _CAUSES if isinstance(error, kind)),
            ("could not be asked", False),
        )
        raise Unavailable(f"the registry {cause} ({type(error).__name__})", passing=passing) from error
