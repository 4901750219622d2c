"""The worker's parts without gunicorn's processes: a listener, TLS, and an application of the test's own."""

import http.client
import logging
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from gunicorn.config import Config

from tests.certificates import Authority
from tests.gates import Answer, received
from tests.processes import eventually
from webhook.adapters.admission_worker.heads import Address, Heads
from webhook.adapters.admission_worker.reception import Reception
from webhook.adapters.admission_worker.service import Service
from webhook.adapters.admission_worker.shedding import Shed, Shedding
from webhook.adapters.admission_worker.terms import Patience, Terms
from webhook.adapters.tls import ServingCertificate

PEER = ("10.0.0.1", 40000)
HERE = ("10.0.0.2", 8443)

HEAD = b"POST /validate?timeout=10s HTTP/1.1\r\nHost: gate\r\nContent-Length: %d\r\n\r\n"


def configuration(**settings: Any) -> Config:
    """Return what gunicorn is told, as far as its parser asks."""
    cfg = Config()
    limits = {"limit_request_line": 2048, "limit_request_fields": 32, "limit_request_field_size": 4096}
    for name, value in (limits | {"forwarded_allow_ips": "", "certfile": "tls.crt"} | settings).items():
        cfg.set(name, value)
    return cfg


def refusal(peer: Address, error: Exception) -> bytes:
    """Return an answer that names the kind of *error*."""
    return f"HTTP/1.1 400 {type(error).__name__}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


def heads() -> Heads:
    """Return a reader of heads that has read none."""
    return Heads(configuration(), HERE, refusal)


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the body."""
    body: bytes = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [body]


@dataclass(frozen=True, slots=True)
class House:
    """A running service."""

    port: int
    trust: ssl.SSLContext
    reception: Reception
    service: Service

    def connect(self) -> ssl.SSLSocket:
        """Return a new connection, hands shaken."""
        return self.trust.wrap_socket(self.plain(), server_hostname="localhost")

    def plain(self) -> socket.socket:
        """Return a new connection on which nothing was said."""
        return socket.create_connection(("127.0.0.1", self.port), 30)

    def ask(self, body: bytes = b"hello") -> Answer:
        """Send one request on a connection of its own."""
        with closing(self.connect()) as connection:
            return exchange(connection, HEAD % len(body) + body)


def exchange(connection: ssl.SSLSocket, sent: bytes) -> Answer:
    """Send bytes, and return the first answer."""
    connection.sendall(sent)
    return answered(connection)


def answered(connection: ssl.SSLSocket) -> Answer:
    """Return the next answer; there must be no other one behind it."""
    response = http.client.HTTPResponse(connection)
    with closing(response):
        response.begin()
        return received(response)


def until_closed(connection: socket.socket) -> bytes:
    """Return all that comes until the other side closes."""
    data = b""
    while more := connection.recv(65536):
        data += more
    return data


def heard(shed: list[Shed]) -> Shedding:
    """Return what tells *shed* of everybody who is turned away."""
    shedding = Shedding()
    shedding.hear(shed.append)
    return shedding


@contextmanager
def house(application: WSGIApplication = echo, patience: Patience | None = None, **terms: Any) -> Iterator[House]:
    """Serve *application*; *terms* are those that matter to the test."""
    authority = Authority()
    log = logging.getLogger("test.admission")
    usual: dict[str, Any] = {"threads": 4, "connections": 100, "queue": 10, "body_bytes": 100_000}
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        certificate = ServingCertificate(*authority.issue().write(Path(folder)), log)
        agreed = Terms(
            tls=certificate.context,
            patience=patience or Patience(),
            **({"draining": lambda: False} | usual | terms),
        )
        reception = Reception([listener], heads(), agreed)
        service = Service(reception, application, terms=agreed, log=log)
        service.watch.start()
        over = threading.Event()
        threading.Thread(target=_look, args=(service, over), daemon=True).start()
        yield House(listener.getsockname()[1], authority.trust(), reception, service)
        service.leave()
        eventually(lambda: reception.left)
        over.set()


def _look(service: Service, over: threading.Event) -> None:
    """Look after the thread on watch, as the worker's main thread does."""
    while not over.wait(0.01):
        service.watch.look()
