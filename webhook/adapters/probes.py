"""A plain server for probes, on threads of its own: it answers while every other thread is busy."""

import socket
from socketserver import BaseServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer
from wsgiref.types import WSGIApplication

IDLE_PROBE_SECONDS = 5
"""A prober that connects and says nothing is let go."""


class _ProbeHandler(WSGIRequestHandler):
    """A handler that does not log: probes come every few seconds."""

    timeout = IDLE_PROBE_SECONDS

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


class _ProbeServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket) -> None:
        """Take *listener* over. The library would open a socket of its own first, for which there may be no descriptor:
        then this process would never answer a probe."""
        host, port = listener.getsockname()[:2]
        BaseServer.__init__(self, (host, port), _ProbeHandler)
        self.socket = listener
        self.server_name, self.server_port = host, port
        self.setup_environ()


def serve_probes(listener: socket.socket, application: WSGIApplication) -> None:
    """Answer on *listener*, a bound and listening socket that other processes may share, for ever."""
    server = _ProbeServer(listener)
    server.set_app(application)
    server.serve_forever()
