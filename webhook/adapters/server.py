"""gunicorn, set up for an API server as its only client: TLS, long keep-alive, a drain before the end."""

import logging
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http.message import Request

from webhook.adapters.admission_worker.shedding import Shedding
from webhook.adapters.admission_worker.terms import Patience, Terms
from webhook.adapters.admission_worker.waiting import Waiting
from webhook.adapters.admission_worker.worker import AdmissionWorker
from webhook.adapters.arbiter import Drain, DrainingArbiter, Messages
from webhook.adapters.places import Places
from webhook.adapters.probes import serve_probes
from webhook.adapters.worker import EnduringWorker
from webhook.core.serving import Worker

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
    worker: Worker = Worker.ADMISSION
    connections: int = 1024
    """Open connections of each process."""
    queue: int = 512
    """Requests of each process that wait for a thread; the admission worker's bound."""
    body_bytes: int = 7 * 1024 * 1024
    """The longest body that the admission worker reads before it asks the application."""
    drain_seconds: float
    cert_file: str
    key_file: str
    tls: Callable[[], ssl.SSLContext]
    """Gives the context for a new connection, made from these two files."""
    log: logging.Logger
    follow: Callable[[], None] = lambda: None
    """Called every second in the process that forks the others: one that is forked late begins with what it has."""
    places: Places = field(default_factory=Places)
    waiting: Waiting = field(default_factory=Waiting)
    """What the application calls before it waits for something."""
    shedding: Shedding = field(default_factory=Shedding)
    """What the admission worker calls when it turns somebody away."""


@dataclass(frozen=True, slots=True)
class Applications:
    """The applications of one worker process."""

    reviews: WSGIApplication
    probes: WSGIApplication
    end: Callable[[], None] = lambda: None
    """Called when the last request is answered, and the process about to end."""


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
    DrainingArbiter(application, drain, seconds=serving.drain_seconds, follow=serving.follow, log=serving.log).run()


class _Application(BaseApplication):
    """gunicorn's view of the gate."""

    def __init__(
        self, serving: Serving, build: Callable[[], Applications], probes: socket.socket, drain: Drain
    ) -> None:
        self._serving = serving
        self._build = build
        self._probes = probes
        self._drain = drain
        self._end: Callable[[], None] = lambda: None
        self.terms = Terms(
            tls=serving.tls,
            draining=drain,
            threads=serving.threads,
            connections=serving.connections,
            queue=serving.queue,
            body_bytes=serving.body_bytes,
            waiting=serving.waiting,
            shedding=serving.shedding,
        )
        """What the admission worker asks for."""
        super().__init__()

    def load_config(self) -> None:
        for name, value in (self._configuration() | self._hooks()).items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Build the applications in a worker, and give the probes a thread of their own there."""
        applications = self._build()
        self._end = applications.end
        threading.Thread(target=serve_probes, args=(self._probes, applications.probes), daemon=True).start()
        return applications.reviews

    def _configuration(self) -> dict[str, Any]:
        serving = self._serving
        return {
            "bind": f"{serving.host}:{serving.port}",
            "workers": serving.workers,
            "worker_class": AdmissionWorker if serving.worker is Worker.ADMISSION else EnduringWorker,
            "threads": serving.threads,
            "worker_connections": serving.connections + serving.threads,
            "keepalive": int(Patience().idle),
            "timeout": 30,
            "graceful_timeout": GRACEFUL_SECONDS,
            "backlog": 1024,
            "limit_request_line": 2048,
            "limit_request_fields": 32,
            "limit_request_field_size": 4096,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "proc_name": "scangate",
            "logger_class": Messages,
            # gunicorn turns TLS on where these are set; the context itself comes from the hook below them.
            "certfile": serving.cert_file,
            "keyfile": serving.key_file,
            "ssl_context": lambda _config, _default: serving.tls(),
        }

    def _hooks(self) -> dict[str, Any]:
        return self._serving.places.hooks | {
            "when_ready": self._announce,
            "pre_request": self._close_while_draining,
            "worker_exit": lambda _arbiter, _worker: self._end(),
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
