"""gunicorn, set up for an API server as its only client: TLS, long keep-alive, a drain before the end."""

import logging
import mmap
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger
from gunicorn.http.message import Request

from webhook.adapters.places import Places
from webhook.adapters.probes import serve_probes
from webhook.adapters.worker import Worker

KEEPALIVE_SECONDS = 95
"""Above the 90 s for which Go's HTTP transport keeps an idle connection: the client, which knows whether it
is about to send, closes first. A connection closed under a request is a refused pod."""

GRACEFUL_SECONDS = 20
"""How long requests in flight may take after the drain; above the longest default deadline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """What to serve, and how."""

    host: str
    port: int
    probe_port: int
    workers: int
    threads: int
    drain_seconds: float
    cert_file: str
    key_file: str
    tls: Callable[[], ssl.SSLContext]
    """Gives the context for a new connection, made from these two files."""
    log: logging.Logger
    follow: Callable[[], None] = lambda: None
    """Called every second in the process that forks the others: one that is forked late begins with what it has."""
    places: Places = field(default_factory=Places)


@dataclass(frozen=True, slots=True)
class Applications:
    """The applications of one worker process."""

    reviews: WSGIApplication
    probes: WSGIApplication


class Drain:
    """A flag that all processes of the server see: it is about to stop."""

    def __init__(self) -> None:
        """Share one byte with the processes that will be forked."""
        self._byte = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """Raise the flag."""
        self._byte[0] = 1

    def __call__(self) -> bool:
        """Tell whether the flag is up."""
        return self._byte[0] == 1


def serve(serving: Serving, build: Callable[[Callable[[], bool]], Applications]) -> None:
    """Serve until SIGTERM or SIGINT.

    *build* makes the applications. It is called once in each worker process, after the fork, with what
    tells whether the server is draining.

    Raises:
        OSError: an address cannot be listened on.
    """
    # gunicorn tries a port that is taken again and again; a person wants to be told at once.
    socket.create_server((serving.host, serving.port)).close()
    probes = socket.create_server((serving.host, serving.probe_port), backlog=128)
    drain = Drain()
    application = _Application(serving, lambda: build(drain), probes, drain)
    _DrainingArbiter(application, drain, serving).run()


class _DrainingArbiter(Arbiter):
    """An arbiter that goes on serving for a while after SIGTERM.

    A terminating pod still gets connections until its endpoint is gone from every node, and the API
    server does not repeat a call that finds nobody.
    """

    def __init__(self, application: "_Application", drain: Drain, serving: Serving) -> None:
        super().__init__(application)
        self._drain = drain
        self._serving = serving
        self._end: float | None = None

    def handle_term(self) -> None:
        if self._end is None:
            self._drain.begin()
            self._serving.log.info("draining for %g seconds", self._serving.drain_seconds)
            self._end = time.monotonic() + self._serving.drain_seconds

    def manage_workers(self) -> None:
        self._follow()
        super().manage_workers()
        if self._end is not None and time.monotonic() >= self._end:
            raise StopIteration

    def _follow(self) -> None:
        try:
            self._serving.follow()
        except Exception:
            self._serving.log.exception("the process that forks the others could not read a change")


class _Log(Logger):
    """gunicorn's own messages, left to the handlers of the process; the audit log is the access log."""

    def setup(self, cfg: Config) -> None:
        self.cfg = cfg
        self.error_log.propagate = True

    def access(self, *_args: Any) -> None:
        """Say nothing."""


class _Application(BaseApplication):
    """gunicorn's view of the gate."""

    def __init__(
        self, serving: Serving, build: Callable[[], Applications], probes: socket.socket, drain: Drain
    ) -> None:
        self._serving = serving
        self._build = build
        self._probes = probes
        self._drain = drain
        super().__init__()

    def load_config(self) -> None:
        for name, value in (self._configuration() | self._serving.places.hooks).items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Build the applications in a worker, and give the probes a thread of their own there."""
        applications = self._build()
        threading.Thread(target=serve_probes, args=(self._probes, applications.probes), daemon=True).start()
        return applications.reviews

    def _configuration(self) -> dict[str, Any]:
        serving = self._serving
        return {
            "bind": f"{serving.host}:{serving.port}",
            "workers": serving.workers,
            "worker_class": Worker,
            "threads": serving.threads,
            "worker_connections": 1000 + serving.threads,
            "keepalive": KEEPALIVE_SECONDS,
            "timeout": 30,
            "graceful_timeout": GRACEFUL_SECONDS,
            "backlog": 1024,
            "limit_request_line": 2048,
            "limit_request_fields": 32,
            "limit_request_field_size": 4096,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "proc_name": "scangate",
            "logger_class": _Log,
            # gunicorn turns TLS on where these are set; the context itself comes from the hook below them.
            "certfile": serving.cert_file,
            "keyfile": serving.key_file,
            "ssl_context": lambda _config, _default: serving.tls(),
            "when_ready": self._announce,
            "pre_request": self._close_while_draining,
        }

    def _announce(self, arbiter: Arbiter) -> None:
        address, probes = arbiter.LISTENERS[0].getsockname()[:2], self._probes.getsockname()[:2]
        fields = {"reviews": f"https://{address[0]}:{address[1]}", "probes": f"http://{probes[0]}:{probes[1]}"}
        self._serving.log.info("listening", extra={"fields": fields})

    def _close_while_draining(self, _worker: Any, request: Request) -> None:
        """Answer with `Connection: close` from now on: the client's next request goes to another pod.

        Nothing else closes a connection early. One whose last answer did not say so, because it was begun before
        the drain, may have the next request on its way already.
        """
        if self._drain():
            request.force_close()
