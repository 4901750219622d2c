"""Spans of reviews and of the calls made for them; all of OpenTelemetry ends here. Needs the extra `tracing`."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from webhook.adapters.streams import LOGGER
from webhook.core.counting import call_name, decision_of
from webhook.core.records import deciding_reason
from webhook.core.review import Request
from webhook.core.tracing import Tracing
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind
from webhook.desk import Outcome

EXPORT_SECONDS = 2
"""How long one delivery may take, so that a collector that hangs delays no end of a process."""

QUEUE = 2048
"""Spans that wait for delivery. More are dropped: reviews never wait."""

_HEADER = "traceparent"

_LOG = logging.getLogger(LOGGER)


class Traces:
    """The spans of one process. Make it after the fork: it has a thread."""

    def __init__(self, tracing: Tracing) -> None:
        """Send spans where *tracing* says."""
        exporter = OTLPSpanExporter(tracing.endpoint.rstrip("/") + "/v1/traces", timeout=EXPORT_SECONDS)
        provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(tracing.sample_ratio)),
            resource=Resource({"service.name": "scangate"}),
        )
        provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=QUEUE, schedule_delay_millis=1000))
        self._tracer = provider.get_tracer("scangate")

    def traced(self, application: WSGIApplication) -> WSGIApplication:
        """Return *application* with a span around each review, below the one that the caller names."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/validate" or environ["REQUEST_METHOD"] != "POST":
                return application(environ, start_response)
            with ExitStack() as span:
                with _harmless():
                    span.enter_context(self._review(environ.get("HTTP_TRACEPARENT", "")))
                return application(environ, start_response)

        return answer

    def decided(self, kinds: Collection[Kind], request: Request | None, outcome: Outcome, seconds: float) -> None:
        """Say in the span of the review under way what was decided."""
        with _harmless():
            self._decided(kinds, request, outcome)

    @contextmanager
    def around(self, method: str, url: str) -> Iterator[Mapping[str, str]]:
        """Have a span around a call for a review that is traced; it gives the header fields that name the span."""
        along: dict[str, str] = {}
        with ExitStack() as span:
            with _harmless():
                if trace.get_current_span().is_recording():
                    span.enter_context(self._call(method, url))
                    TraceContextTextMapPropagator().inject(along)
            yield along

    def called(self, status: int | None) -> None:
        """Say in the span of the call under way what came of it."""
        with _harmless():
            self._called(status)

    def _review(self, caller: str) -> AbstractContextManager[trace.Span]:
        """Begin the span of a review, below the one that the *caller* names in the manner of W3C."""
        parent = TraceContextTextMapPropagator().extract({_HEADER: caller})
        return self._tracer.start_as_current_span("POST /validate", parent, trace.SpanKind.SERVER)

    def _decided(self, kinds: Collection[Kind], request: Request | None, outcome: Outcome) -> None:
        span = trace.get_current_span()
        span.set_attribute("scangate.decision", decision_of(outcome))
        if request is not None and request.kind in kinds:
            span.set_attribute("scangate.kind", request.kind.name)
        if isinstance(outcome, Verdict):
            span.set_attribute("scangate.reason", str(deciding_reason(outcome)))
            span.set_attribute("scangate.mode", str(outcome.mode))
            span.set_attribute("scangate.allowed", outcome.allowed)

    def _call(self, method: str, url: str) -> AbstractContextManager[trace.Span]:
        return self._tracer.start_as_current_span(
            call_name(method, url),
            kind=trace.SpanKind.CLIENT,
            attributes={"server.address": url.split("/")[2]},
            record_exception=False,
            set_status_on_exception=False,
        )

    def _called(self, status: int | None) -> None:
        span = trace.get_current_span()
        if status is None or status >= 400:
            span.set_status(trace.StatusCode.ERROR)
        if status is not None:
            span.set_attribute("http.response.status_code", status)


@contextmanager
def _harmless() -> Iterator[None]:
    """Let no error of a span become one of the review: it is logged."""
    try:
        yield
    except Exception:
        _LOG.exception("a span could not be written")
