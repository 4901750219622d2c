"""A forward proxy on a real socket: it connects for others, or passes plain requests on, and notes what it is asked."""

import select
import socket
import ssl
from urllib.parse import urlsplit

from tests.sockets import ScriptedServer, read_head


class ForwardProxy(ScriptedServer):
    """Passes everything on, each connection to where its first request says."""

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        """Accept connections; with *tls*, after the handshake."""
        super().__init__(self._pass_on, tls=tls)
        self.heads: list[bytes] = []
        """The first request of every connection, as it came."""

    @property
    def address(self) -> str:
        """`host:port` of the proxy."""
        return urlsplit(self.url).netloc

    def _pass_on(self, connection: socket.socket) -> None:
        head = read_head(connection)
        self.heads.append(head)
        method, target, _ = head.decode().split(" ", 2)
        tunnel = method == "CONNECT"
        parts = urlsplit(f"//{target}" if tunnel else target)
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as service:
            if tunnel:
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                service.sendall(head)
            _relay(connection, service)


def _relay(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side closes."""
    ways = {one: other, other: one}
    while True:
        decrypted = [end for end in ways if isinstance(end, ssl.SSLSocket) and end.pending()]
        for end in decrypted or select.select(list(ways), [], [])[0]:
            part = end.recv(65536)
            if not part:
                return
            ways[end].sendall(part)
