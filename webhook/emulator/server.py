"""The socket: HTTP/1.1 with connections that stay open, a thread for each, and a stop that ends all of them."""

import socket
import ssl
import struct
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from webhook.emulator.app import registry_app
from webhook.emulator.effects import SeveredError
from webhook.emulator.emulator import Emulator

BACKLOG = 4096
"""Connections that may wait to be accepted; the kernel may allow fewer (net.core.somaxconn)."""

POLL_SECONDS = 0.02
"""How soon the accepting thread notices a stop."""

STOP_SECONDS = 10.0
"""How long a stop waits for the threads of connections."""

MAX_BODY_BYTES = 16 * 1024 * 1024
"""A world may be put over HTTP; nothing else is large."""

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER, on, for no time: the close sends a TCP reset."""


@dataclass(frozen=True, slots=True)
class Running:
    """An emulator that is being served."""

    url: str
    host: str
    port: int


class _Handler(WSGIRequestHandler):
    """Serves one connection, request after request.

    The library's own handler closes after each answer, because it does not know where a request ends; this
    one reads every body before it answers.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def run_wsgi(self) -> None:
        """Answer one request."""
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()
        environ = self.make_environ()
        body = self._body(environ)
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True}
        try:
            self._send(self.server.app(environ, self._start))
            self.wfile.flush()
        except SeveredError as severed:
            self._sever(reset=severed.reset)

    def _start(self, status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        """Keep the head of the answer until its body begins: WSGI's start_response."""
        code, _, reason = status.partition(" ")
        self.send_response_only(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()

    def _send(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self.wfile.write(piece)
            self.wfile.flush()

    def _body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return bytes(environ["wsgi.input"].read(MAX_BODY_BYTES))
        length = self.headers.get("Content-Length", "0")
        return self.rfile.read(min(int(length), MAX_BODY_BYTES)) if length.isdecimal() else b""

    def _sever(self, *, reset: bool) -> None:
        """End the connection here and now, with what was sent so far."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            # The file itself: closing the object would wait for its readers, and shut the connection down politely.
            socket.close(self.connection.detach())

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the library names it so
        """Print nothing: calls are counted instead."""


class _Server(ThreadedWSGIServer):
    """Knows its open connections, so that it can end them."""

    def __init__(self, listener: socket.socket, emulator: Emulator, tls: ssl.SSLContext | None) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(host, port, registry_app(emulator), _Handler, fd=listener.fileno())
        # After the fact: the library would do the handshakes of all clients in the one accepting thread.
        self.tls = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, in the thread that is its own."""
        try:
            connection = self.tls.wrap_socket(request, server_side=True) if self.tls else request
        except OSError:
            return
        with self._changed:
            self._open.add(connection)
        try:
            super().finish_request(connection, client_address)
        finally:
            super().shutdown_request(connection)
            with self._changed:
                self._open.discard(connection)
                self._changed.notify_all()

    def end_connections(self) -> None:
        """End every connection and wait for their threads."""
        with self._changed:
            for connection in self._open:
                _shut(connection)
            self._changed.wait_for(lambda: not self._open, STOP_SECONDS)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # it may have ended by itself meanwhile
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(
    emulator: Emulator, *, host: str = "127.0.0.1", port: int = 0, ssl_context: ssl.SSLContext | None = None
) -> Iterator[Running]:
    """Serve *emulator* for as long as the block runs; port 0 takes a free one.

    At the end requests that hang are let go and all connections are ended: its faults are off afterwards.

    Raises:
        OSError: the port is taken, or the host is none of this machine.
    """
    with socket.create_server((host, port), backlog=BACKLOG) as listener:
        server = _Server(listener, emulator, ssl_context)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="emulator", daemon=True)
    thread.start()
    scheme = "https" if ssl_context else "http"
    try:
        yield Running(f"{scheme}://{host}:{server.port}", host, server.port)
    finally:
        server.shutdown()
        emulator.faults.clear()
        server.end_connections()
        thread.join()
