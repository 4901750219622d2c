"""Spans, from a gate as it runs to a collector."""

import json
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.certificates import Authority
from tests.gates import Setup, gate
from tests.processes import eventually
from tests.service.registry import Registry, registry
from webhook.adapters.tracing import Traces
from webhook.core.tracing import Tracing
from webhook.desk import Outcome

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"

GRACE_SECONDS = 20.0
"""For which Kubernetes waits at the least, in the chart, before it kills a process that was told to end."""


@pytest.fixture
def world() -> Iterator[Registry]:
    """An empty registry."""
    with registry() as served:
        yield served


@pytest.fixture
def authority() -> Authority:
    """The authority of the gate's certificate."""
    return Authority()


@contextmanager
def collector(spans: list[Span], tenants: list[str | None] | None = None) -> Iterator[str]:
    """Take spans over OTLP/HTTP, and whose they are said to be; the context is the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.path == "/v1/traces"
            if tenants is not None:
                tenants.append(self.headers.get("x-tenant"))
            taken = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") is None:
                request = ExportTraceServiceRequest.FromString(taken)
                spans.extend(s for r in request.resource_spans for scope in r.scope_spans for s in scope.spans)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_review_is_traced_below_its_caller(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """The span of the review is a child of the caller's, and each call a child of that; it says what was decided."""
    spans: list[Span] = []
    with collector(spans) as url:
        setup = Setup(registry=world.url, settings={"tracing": {"endpoint": url}})
        with gate(tmp_path, authority, setup) as running:
            body = json.dumps(world.app().review()).encode()
            answer = running.post(body, headers={"traceparent": f"00-{TRACE}-{PARENT}-01"})
            assert answer.status == 200
            eventually(lambda: any(span.name == "POST /validate" for span in spans))
    [review] = [span for span in spans if span.name == "POST /validate"]
    assert (review.trace_id.hex(), review.parent_span_id.hex()) == (TRACE, PARENT)
    assert {"scangate.decision", "scangate.reason", "scangate.mode"} <= {a.key for a in review.attributes}
    calls = [span for span in spans if span is not review]
    assert "Scanner.Get" in {span.name for span in calls}
    assert {span.parent_span_id for span in calls} == {review.span_id}
    named = {f"00-{TRACE}-{span.span_id.hex()}-01" for span in calls}
    # The token was there before the review.
    assert {call.traceparent for call in world.emulator.calls.list()} - {None} == named


@pytest.mark.parametrize(
    "case",
    [(0.0, "01", True), (1.0, "00", False), (0.0, "", False), (1.0, "", True)],
    ids=["asked for", "not wanted", "by chance: no", "by chance: yes"],
)
def test_the_caller_says_whether_a_review_is_traced(
    world: Registry, authority: Authority, tmp_path: Path, case: tuple[float, str, bool]
) -> None:
    """The ratio is for those who do not say. What is not traced makes no spans, and no registry hears of a trace.

    A gate that ends delivers what it has.
    """
    (ratio, flags, traced), spans = case, list[Span]()
    with collector(spans) as url:
        setup = Setup(registry=world.url, settings={"tracing": {"endpoint": url, "sampleRatio": ratio}})
        with gate(tmp_path, authority, setup) as running:
            headers = {"traceparent": f"00-{TRACE}-{PARENT}-{flags}"} if flags else {}
            assert running.post(json.dumps(world.app().review()).encode(), headers=headers).status == 200
    assert bool(spans) is traced
    assert any(call.traceparent for call in world.emulator.calls.list()) is traced


@pytest.mark.parametrize("disabled", ["false", "true"])
def test_variables_of_the_sdk_reach_further(
    world: Registry, authority: Authority, tmp_path: Path, disabled: str
) -> None:
    """They give header fields for the collector, and turn everything off."""
    spans, fields = list[Span](), list[str | None]()
    environment = {"OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=shop", "OTEL_SDK_DISABLED": disabled}
    with collector(spans, fields) as url:
        setup = Setup(registry=world.url, settings={"tracing": {"endpoint": url}})
        setup = replace(setup, environment={**setup.environment, **environment})
        with gate(tmp_path, authority, setup) as running:
            assert running.judge(world.app().review())["allowed"] is True
    assert set(fields) == (set() if disabled == "true" else {"shop"})


def test_a_part_of_the_reviews_is_traced() -> None:
    """About as many as the ratio says."""
    traces = Traces(Tracing(endpoint="http://127.0.0.1:1", sample_ratio=0.25))
    recorded = 0

    def application(_environ: WSGIEnvironment, _start: StartResponse) -> Iterable[bytes]:
        nonlocal recorded
        with traces.around("GET", "https://a.example/scans/1") as along:
            recorded += bool(along)
        return ()

    environ = {"PATH_INFO": "/validate", "REQUEST_METHOD": "POST"}
    for _ in range(400):
        traces.traced(application)(environ, lambda *_: lambda _: None)
    assert 50 < recorded < 150


def test_a_collector_that_hangs_holds_no_end_up(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """The gate ends by itself, though there are spans that nobody takes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        setup = Setup(registry=world.url, settings={"tracing": {"endpoint": url}})
        with gate(tmp_path, authority, setup) as running:
            assert running.judge(world.app().review())["allowed"] is True
            running.process.process.terminate()
            assert running.process.process.wait(timeout=GRACE_SECONDS) == 0


@pytest.mark.parametrize("hangs", [False, True])
def test_reviews_do_not_need_the_collector(world: Registry, authority: Authority, tmp_path: Path, hangs: bool) -> None:
    """They are answered while it is down, and while it takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        if not hangs:
            listening.close()
        setup = Setup(registry=world.url, settings={"tracing": {"endpoint": url}})
        with gate(tmp_path, authority, setup) as running:
            for _ in range(3):
                assert running.judge(world.app().review())["allowed"] is True


def test_error_of_a_span_is_none_of_the_review(caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be said in a span is logged, and the review goes on."""
    traces = Traces(Tracing(endpoint="http://127.0.0.1:1", sample_ratio=0.0))
    traces.decided((), None, cast(Outcome, object()), 0.0)
    assert "a span could not be written" in caplog.messages
