"""Servers that behave badly on purpose, on real sockets."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Self

HEAD_END = b"\r\n\r\n"

RESET = struct.pack("ii", 1, 0)
"""`SO_LINGER` of zero seconds: closing sends a reset."""

Script = Callable[[socket.socket], None]
"""What happens on a connection; it is closed afterwards."""


class ScriptedServer:
    """Accepts connections on 127.0.0.1 and plays a script on each, in a thread of its own."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        """Play *script*; with *tls*, after the handshake."""
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._port = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.connections = 0
        """How many were accepted so far."""

    @property
    def url(self) -> str:
        """Base URL of the server."""
        scheme = "http" if self._tls is None else "https"
        return f"{scheme}://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        """Begin to accept."""
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection, and wait for every script."""
        _shut(self._listener)
        self._threads[0].join()
        for connection in self._open:
            _shut(connection)
        self.join_scripts()

    def join_scripts(self) -> None:
        """Wait until every script that has begun is at its end."""
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        with self._listener:
            while True:
                try:
                    connection, _ = self._listener.accept()
                except OSError:
                    return
                self.connections += 1
                self._open.append(connection)
                thread = threading.Thread(target=self._play, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def _play(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            self._script(connection)
        except OSError:
            pass
        finally:
            connection.close()


def read_head(connection: socket.socket) -> bytes:
    """Read a request up to the empty line behind its header; less where the client goes away."""
    head = b""
    while HEAD_END not in head:
        part = connection.recv(65536)
        if not part:
            return head
        head += part
    return head


def hang(connection: socket.socket) -> None:
    """Take everything and answer nothing until the client goes away."""
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    """Break the connection off so that the client sees a reset."""
    read_head(connection)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)


def answer(body: bytes, *, status: str = "200 OK", headers: str = "") -> Script:
    """Return a script that answers every request on a connection, until the client closes it."""
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
    return every_request(head + body)


def every_request(reply: bytes) -> Script:
    """Return a script that sends *reply* for each request of a connection."""

    def script(connection: socket.socket) -> None:
        while read_head(connection):
            connection.sendall(reply)

    return script


def once(reply: bytes) -> Script:
    """Return a script that sends *reply* and closes the connection."""

    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(reply)

    return script


def unasked(reply: bytes) -> Script:
    """Return a script that sends *reply* before anything was asked, and closes when the client does."""

    def script(connection: socket.socket) -> None:
        connection.sendall(reply)
        hang(connection)

    return script


def drip(first: bytes, drop: bytes, *, pause: float = 0.05, times: int = 100) -> Script:
    """Return a script that sends *first* and then one *drop* after each *pause* of seconds, *times* times."""

    def script(connection: socket.socket) -> None:
        read_head(connection)
        connection.sendall(first)
        for _ in range(times):
            connection.sendall(drop)
            time.sleep(pause)

    return script


def recording(heads: list[bytes], reply: bytes) -> Script:
    """Return a script that keeps the header of every request in *heads*, and sends *reply* for each."""

    def script(connection: socket.socket) -> None:
        while head := read_head(connection):
            heads.append(head)
            connection.sendall(reply)

    return script


@contextmanager
def unaccepting() -> Iterator[str]:
    """Give the base URL of a service that is too busy to accept a connection."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(2):  # as many as the kernel queues; it ignores whoever comes later
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def unused_url() -> str:
    """Return the base URL of a service that nobody offers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _shut(connection: socket.socket) -> None:
    """Wake whoever waits on *connection*."""
    with suppress(OSError):
        # Not the TLS socket's own method: that one is not made to be called while another thread reads.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
