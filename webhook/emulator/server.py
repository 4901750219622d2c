"""The socket: HTTP/1.1 with connections that stay open, a thread for each, and a stop that ends all of them."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
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
    head = b""
    """Of the answer under way, until it is sent together with the first piece of the body."""

    def run_wsgi(self) -> None:
        """Answer one request."""
        environ = self.make_environ()
        body = self._body(environ)
        if body is None:
            self.close_connection = True
            self._start("400 Bad Request", [("Content-Length", "0")])
            self._send(b"")
            return
        environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)), "wsgi.input_terminated": True}
        try:
            for piece in self.server.app(environ, self._start):
                self._send(piece)
            self._send(b"")
        except SeveredError as severed:
            self._sever(reset=severed.reset)

    def _start(
        self, status: str, headers: list[tuple[str, str]], _exception: Any = None, /
    ) -> Callable[[bytes], object]:
        """Take the head of the answer: WSGI's start_response."""
        ending = [("Connection", "close")] if self.close_connection else []
        lines = (f"{name}: {value}\r\n" for name, value in (*headers, *ending))
        self.head = f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode("latin-1")
        return self._send

    def _send(self, piece: bytes) -> None:
        """Send a piece of the body, and what is left of the head before it in the same packet."""
        self.wfile.write(self.head + piece)
        self.head = b""

    def _body(self, environ: dict[str, Any]) -> bytes | None:
        """Read the body whole, so that the next request begins where it should; None where that cannot be done."""
        if environ.get("wsgi.input_terminated"):
            try:
                body = bytes(environ["wsgi.input"].read(MAX_BODY_BYTES + 1))
            except OSError:
                return None  # no chunks, or broken off
            return body if len(body) <= MAX_BODY_BYTES else None
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            return None
        return self.rfile.read(int(length))

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
        self.ssl_context = tls
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._stopped = False

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection, in the thread that is its own."""
        try:
            connection = self.ssl_context.wrap_socket(request, server_side=True) if self.ssl_context else request
        except OSError:
            return  # no TLS, or none that can be agreed on
        try:
            if self._enter(connection):
                super().finish_request(connection, client_address)
        finally:
            super().shutdown_request(connection)
            with self._changed:
                self._open.discard(connection)
                self._changed.notify_all()

    def end_connections(self) -> None:
        """End every connection, and let no other begin."""
        with self._changed:
            self._stopped = True
            for connection in self._open:
                with suppress(OSError):  # it may have ended by itself meanwhile
                    connection.shutdown(socket.SHUT_RDWR)

    def wait_for_connections(self) -> None:
        """Wait for the threads of connections that were ended."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open, STOP_SECONDS)

    def _enter(self, connection: socket.socket) -> bool:
        with self._changed:
            self._open.add(connection)
            return not self._stopped


@contextmanager
def serve(
    emulator: Emulator, *, host: str = "127.0.0.1", port: int = 0, ssl_context: ssl.SSLContext | None = None
) -> Iterator[Running]:
    """Serve *emulator* for as long as the block runs; port 0 takes a free one.

    At the end all connections are ended, as if the process had been killed. The emulator keeps its world, its
    calls and its faults, and can be served again.

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
        server.end_connections()
        emulator.faults.release()
        server.wait_for_connections()
        thread.join()
