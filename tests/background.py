"""Servers of the standard library, in a thread of their own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer

POLL_SECONDS = 0.01
"""How soon a server notices that it is to stop."""


@contextmanager
def in_background(server: BaseServer) -> Iterator[None]:
    """Have *server* serve; at the end it is stopped, and only then lets go of its socket."""
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
