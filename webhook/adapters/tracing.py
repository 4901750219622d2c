"""Spans of reviews and of the calls made for them; all of OpenTelemetry ends here. Needs the extra `tracing`."""

import logging
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from webhook.adapters.streams import LOGGER
from webhook.adapters.traced_calls import UNTRACED, CallSpan
from webhook.core.counting import call_name, decision_of
from webhook.core.review import Request
from webhook.core.tracing import Tracing
from webhook.core.verdict import Verdict
from webhook.core.workloads import Kind
from webhook.desk import Outcome

EXPORT_SECONDS = 2
"""How long one delivery may take."""

END_SECONDS = 3.0
"""How long the end of a process may be delayed by what waits for delivery: one that hangs and one that does not."""

QUEUE = 2048
"""Spans that wait for delivery. More are dropped: reviews never wait."""

BATCH = 512
"""Spans in one delivery."""

_W3C = TraceContextTextMapPropagator()
"""Reads and writes `traceparent` and `tracestate`."""

_LOG = logging.getLogger(LOGGER)


class Traces:
    """The spans of one process. Make it after the fork: it has a thread."""

    def __init__(self, tracing: Tracing) -> None:
        """Send spans where *tracing* says."""
        # It shows the headers of the environment that it cannot read, and a token may be among them.
        logging.getLogger("opentelemetry.util.re").setLevel(logging.ERROR)
        exporter = OTLPSpanExporter(tracing.endpoint.rstrip("/") + "/v1/traces", timeout=EXPORT_SECONDS)
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(tracing.sample_ratio)),
            resource=Resource({"service.name": "scangate"}).merge(OTELResourceDetector().detect()),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(
            BatchSpanProcessor(exporter, QUEUE, schedule_delay_millis=1000, max_export_batch_size=BATCH)
        )
        self._tracer = self._provider.get_tracer("scangate")

    def traced(self, application: WSGIApplication) -> WSGIApplication:
        """Return *application* with a span around each review, below the one that the caller names."""

        def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            if environ["PATH_INFO"] != "/validate" or environ["REQUEST_METHOD"] != "POST":
                return application(environ, start_response)
            with ExitStack() as span:
                with _harmless():
                    span.enter_context(self._review(environ))
                return application(environ, start_response)

        return answer

    def decided(self, kinds: Collection[Kind], request: Request | None, outcome: Outcome, seconds: float) -> None:
        """Say in the span of the review under way what was decided."""
        with _harmless():
            self._decided(kinds, request, outcome)

    def call(self, method: str, url: str) -> CallSpan:
        """Begin the span of a call, if it is made for a review that is traced."""
        with _harmless():
            if trace.get_current_span().is_recording():
                return _Call(self._tracer.start_span(call_name(method, url), kind=trace.SpanKind.CLIENT), url)
        return UNTRACED

    def end(self) -> None:
        """Deliver what waits, as far as that goes in a bounded time, and take no more."""
        last = threading.Thread(target=self._provider.shutdown, name="last-spans", daemon=True)
        last.start()
        last.join(END_SECONDS)

    def _review(self, environ: WSGIEnvironment) -> AbstractContextManager[trace.Span]:
        """Begin the span of a review, below the one that the caller names in the manner of W3C."""
        names = {"traceparent": "HTTP_TRACEPARENT", "tracestate": "HTTP_TRACESTATE"}
        parent = _W3C.extract({header: environ[name] for header, name in names.items() if name in environ})
        return self._tracer.start_as_current_span("POST /validate", parent, trace.SpanKind.SERVER)

    def _decided(self, kinds: Collection[Kind], request: Request | None, outcome: Outcome) -> None:
        span = trace.get_current_span()
        span.set_attribute("scangate.decision", decision_of(outcome))
        if request is not None and request.kind in kinds:
            span.set_attribute("scangate.kind", request.kind.name)
        if isinstance(outcome, Verdict):
            span.set_attribute("scangate.reason", outcome.reason.value)
            span.set_attribute("scangate.mode", str(outcome.mode))
            span.set_attribute("scangate.allowed", outcome.allowed)


class _Call:
    """The span of a call for a review that is traced."""

    def __init__(self, span: trace.Span, url: str) -> None:
        """Tell of *span*, which has begun, of a call to *url*."""
        self._span = span
        self.headers: dict[str, str] = {}
        span.set_attribute("server.address", url.split("/")[2])
        _W3C.inject(self.headers, trace.set_span_in_context(span))

    def end(self, status: int | None) -> None:
        """End with the status of the answer; None where none came."""
        with _harmless():
            if status is None or status >= 400:
                self._span.set_status(trace.StatusCode.ERROR)
            if status is not None:
                self._span.set_attribute("http.response.status_code", status)
            self._span.end()


@contextmanager
def _harmless() -> Iterator[None]:
    """Let no error of a span become one of the review: it is logged."""
    try:
        yield
    except Exception:
        _LOG.exception("a span could not be written")
