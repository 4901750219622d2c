"""One connection: TLS, and HTTP/1.1 with one request after the other."""

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.certificates import serial_of

HEAD_END = b"\r\n\r\n"

HANDSHAKE_SECONDS = 10.0
"""`TLSHandshakeTimeout` of Kubernetes' clients; connecting is given no longer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def last(self) -> bool:
        """Whether the server has announced that it closes the connection."""
        return self.headers.get("connection", "").lower() == "close"


class Connection:
    """A connection to 127.0.0.1."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        """Connect and shake hands.

        Raises:
            OSError: one of the two failed.
        """
        plain = socket.create_connection(("127.0.0.1", port), HANDSHAKE_SECONDS)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket = trust.wrap_socket(plain, server_hostname="localhost")
        except OSError:
            plain.close()
            raise
        self.used = False
        """Whether a request was ever sent over it."""
        self.since = time.monotonic()
        """When it was last taken into the pool."""

    @property
    def serial(self) -> int:
        """The serial number of the server's certificate."""
        shown = self._socket.getpeercert(binary_form=True)
        assert shown
        return serial_of(shown)

    def gone(self) -> bool:
        """Tell whether the server has closed it, which Go notices while it is idle."""
        self._socket.settimeout(0)
        try:
            self._socket.recv(1)
        except ssl.SSLWantReadError:
            return False
        except OSError:
            return True
        return True

    def exchange(self, request: bytes, end: float) -> Reply:
        """Send a request and return the answer, before the monotonic time *end*.

        Raises:
            OSError: the connection broke, or time is over.
        """
        self.used = True
        self._wait_until(end)
        self._socket.sendall(request)
        data = b""
        while HEAD_END not in data:
            data += self._more(end)
        head, _, body = data.partition(HEAD_END)
        status, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers["content-length"])
        while len(body) < length:
            body += self._more(end)
        return Reply(int(status.split()[1]), headers, body)

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _more(self, end: float) -> bytes:
        self._wait_until(end)
        more = self._socket.recv(65536)
        if not more:
            raise ConnectionError("EOF")
        return more

    def _wait_until(self, end: float) -> None:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline exceeded")
        self._socket.settimeout(left)
