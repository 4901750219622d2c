"""An OpenTelemetry collector, as far as the gate needs one; one that hangs; and a registry that listens."""

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from tests.background import in_background
from webhook.emulator.effects import Delivery
from webhook.emulator.emulator import Emulator
from webhook.emulator.requests import Request
from webhook.emulator.routes import Route
from webhook.emulator.world import World


@dataclass(frozen=True, slots=True)
class Collector:
    """What was delivered to it."""

    url: str
    """Its base URL."""
    resources: list[ResourceSpans] = field(default_factory=list)
    heads: list[Mapping[str, str]] = field(default_factory=list)
    """The headers of each delivery, in small letters."""

    @property
    def spans(self) -> list[Span]:
        """All spans so far."""
        return [span for one in list(self.resources) for scope in one.scope_spans for span in scope.spans]

    @property
    def reviews(self) -> list[Span]:
        """Those of reviews."""
        return [span for span in self.spans if span.name == "POST /validate"]


@contextmanager
def collector() -> Iterator[Collector]:
    """Take spans over OTLP/HTTP."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            taken = self.rfile.read(int(self.headers["Content-Length"]))
            collected.heads.append({name.lower(): value for name, value in self.headers.items()})
            collected.resources.extend(ExportTraceServiceRequest.FromString(taken).resource_spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collected = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    with in_background(server):
        yield collected


@contextmanager
def hanging() -> Iterator[str]:
    """Take connections and never answer; the context is the base URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


class Listening(Emulator):
    """A registry that keeps the headers of each request, in small letters, beside its path."""

    def __init__(self, world: World, *, now: Callable[[], datetime]) -> None:
        """Begin with *world*, having heard nothing."""
        super().__init__(world, now=now)
        self.heard: list[tuple[str, Mapping[str, str]]] = []

    def answer(self, route: Route, request: Request) -> Delivery:
        """Answer, and keep them."""
        self.heard.append((request.path, request.headers))
        return super().answer(route, request)
