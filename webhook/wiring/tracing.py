"""The traces of one process, if there are any."""

from collections.abc import Callable, Collection
from dataclasses import replace
from wsgiref.types import WSGIApplication

from webhook.core.review import Request
from webhook.core.tracing import Tracing
from webhook.core.workloads import Kind
from webhook.desk import Outcome
from webhook.errors import InvalidDocument
from webhook.wiring.running import Audience

Traced = tuple[Callable[[WSGIApplication], WSGIApplication], Audience]
"""What the application is put into, and the audience with the traces among it."""

Tracer = Callable[[Audience], Traced]
"""Begins to trace in a process. Call it after the fork."""


def untraced(audience: Audience) -> Traced:
    """Trace nothing."""
    return lambda application: application, audience


def tracer(tracing: Tracing | None) -> Tracer:
    """Return what traces as *tracing* says. Without it nothing of OpenTelemetry is imported.

    Raises:
        InvalidDocument: the packages for it are not installed.
    """
    if tracing is None:
        return untraced
    try:
        from webhook.adapters.tracing import Traces  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise InvalidDocument("tracing: needs further packages: pip install 'scangate[tracing]'") from error

    def begin(audience: Audience) -> Traced:
        traces = Traces(tracing)

        def called(method: str, url: str, status: int | None, seconds: float) -> None:
            audience.ears.call(method, url, status, seconds)
            traces.called(status)

        def decided(kinds: Collection[Kind], request: Request | None, outcome: Outcome, seconds: float) -> None:
            audience.decision(kinds, request, outcome, seconds)
            traces.decided(kinds, request, outcome, seconds)

        ears = replace(audience.ears, call=called, around=traces.around)
        return traces.traced, replace(audience, ears=ears, decision=decided)

    return begin
