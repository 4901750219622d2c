"""HTTP calls to other services, each with a deadline. Everything that urllib3 raises ends here.

No redirect is followed and no call is repeated: where a token goes is decided by configuration alone,
and when to try again by whoever knows how much time is left.
"""

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from webhook.adapters.pools import Pools, trusted
from webhook.core.deadline import Deadline
from webhook.core.printable import printable
from webhook.core.secret import Secret
from webhook.errors import Unavailable, Unreadable

CONNECT_SECONDS = 1.0
"""A service in reach accepts a connection in milliseconds; one that needs longer is better called again."""

MAX_BODY_BYTES = 1024 * 1024
"""A scan result is a few hundred bytes and a page of 1,000 images about half of this."""

_CHUNK_BYTES = 64 * 1024

_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)

_CAUSES: tuple[tuple[type[HTTPError], str, bool], ...] = (
    (ProxyError, "could not be reached", True),
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

    @property
    def retry_after(self) -> float | None:
        """The seconds after which the service wants to be called again, where it says so."""
        asked = self.headers.get("Retry-After", "")
        return float(asked) if _SECONDS.fullmatch(asked) else None


class HttpClient:
    """A pool of connections, safe to use from many threads. Open it in the process that uses it."""

    def __init__(
        self,
        *,
        connections: int,
        context: ssl.SSLContext | None = None,
        proxies: Mapping[str, Secret] | None = None,
        peer: str = "the registry",
        server_name: str | None = None,
    ) -> None:
        """Keep up to *connections* open to each service; verify those over TLS with *context*.

        *proxies* has the URL of a proxy by scheme, and under `no` the hosts that are reached without one. *peer*
        is how messages call the service. *server_name* is who it must prove to be, where that is not the URL's host.
        """
        self.peer = peer
        self._pools = Pools(
            connections=connections,
            context=context or trusted(None),
            proxies=proxies or {},
            server_name=server_name,
        )

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
            raise Unavailable(f"there was no time left to ask {self.peer}")
        with self._translated(url, deadline):
            response = self._pools.of(url).request(
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
                return Reply(response.status, response.headers, self._body(response, deadline))

    def _body(self, response: urllib3.BaseHTTPResponse, deadline: Deadline) -> bytes:
        """Read to the end, counting bytes and time: a service may send one byte a second for ever."""
        parts: list[bytes] = []
        size = 0
        while part := response.read1(_CHUNK_BYTES):
            parts.append(part)
            size += len(part)
            if size > MAX_BODY_BYTES:
                raise Unreadable(f"the answer of {self.peer} is larger than {MAX_BODY_BYTES} bytes")
            if deadline.remaining() <= 0:
                raise Unavailable(f"{self.peer} did not finish its answer in time")
        return b"".join(parts)

    @contextmanager
    def _translated(self, url: str, deadline: Deadline) -> Iterator[None]:
        try:
            yield
        except HTTPError as error:
            cut_off = deadline.remaining() <= 0 and isinstance(error, ProtocolError | SSLError)  # by us
            cause, passing = ("did not answer in time", False) if cut_off else _cause(error)
            proxy = self._pools.proxy_of(url)
            way = "" if proxy is None else f" through the proxy {proxy}"
            raise Unavailable(f"{self.peer} {cause}{way} ({_said(error)})", passing=passing) from error


def _cause(error: HTTPError) -> tuple[str, bool]:
    if isinstance(error, ProxyError) and isinstance(error.original_error, ReadTimeoutError):
        return _cause(error.original_error)  # the proxy was reached; it is the service that says nothing
    return next(
        ((text, passing) for kind, text, passing in _CAUSES if isinstance(error, kind)), ("could not be asked", False)
    )


def _said(error: HTTPError) -> str:
    """Name the kind of a failure, and what the system or the TLS library says about it."""
    kind = type(error).__name__
    if isinstance(error, ProxyError):
        return f"{kind}: {printable(str(error.args[0]), limit=120)}"
    origin = error.__cause__ if isinstance(error, NewConnectionError) else error.args[0]
    why = getattr(origin, "verify_message", None) or getattr(origin, "strerror", None)
    return f"{kind}: {printable(str(why), limit=120)}" if why else kind


@contextmanager
def _released(response: urllib3.BaseHTTPResponse) -> Iterator[None]:
    """Give the connection back for the next call, or close it where the answer was not read to its end."""
    try:
        yield
    except BaseException:
        response.close()
        raise
    response.release_conn()
