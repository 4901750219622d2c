"""A plain server for probes, on threads of its own: it answers while every other thread is busy."""

import socket
from socketserver import ThreadingMixIn
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


def serve_probes(listener: socket.socket, application: WSGIApplication) -> None:
    """Answer on *listener*, a bound and listening socket that other processes may share, for ever."""
    host, port = listener.getsockname()[:2]
    server = _ProbeServer((host, port), _ProbeHandler, bind_and_activate=False)
    server.socket.close()
    server.socket = listener
    server.server_name, server.server_port = host, port
    server.setup_environ()
    server.set_app(application)
    server.serve_forever()
