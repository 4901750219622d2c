"""The traces of one process, if there are any."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from wsgiref.types import WSGIApplication

from webhook.core.review import Request
from webhook.core.tracing import Tracing
from webhook.core.workloads import Kind
from webhook.desk import Outcome
from webhook.errors import InvalidDocument
from webhook.wiring.running import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """What tracing adds to a process."""

    application: Callable[[WSGIApplication], WSGIApplication]
    """Puts the application that answers reviews into what traces them."""
    audience: Audience
    """Who hears of what the gate does, the traces among them."""
    end: Callable[[], None]
    """Delivers what has not been delivered yet, at the end of the process."""


MISSING = "needs packages that are not installed: pip install 'scangate[tracing]', or an image with them"

Tracer = Callable[[Audience], Traced]
"""Begins to trace in a process. Call it after the fork."""


def untraced(audience: Audience) -> Traced:
    """Trace nothing."""
    return Traced(application=lambda application: application, audience=audience, end=lambda: None)


def tracer(tracing: Tracing | None, source: str) -> Tracer:
    """Return what traces as *tracing*, of the configuration *source*, says. Without it OpenTelemetry is not imported.

    Raises:
        InvalidDocument: the packages for it are not installed.
    """
    if tracing is None:
        return untraced
    try:
        from webhook.adapters.tracing import Traces  # noqa: PLC0415  # an extra
    except ImportError as error:
        raise InvalidDocument(f"{source}: tracing: {MISSING}") from error

    def begin(audience: Audience) -> Traced:
        traces = Traces(tracing)

        def decided(kinds: Collection[Kind], request: Request | None, outcome: Outcome, seconds: float) -> None:
            audience.decision(kinds, request, outcome, seconds)
            traces.decided(kinds, request, outcome, seconds)

        hearing = Audience(ears=replace(audience.ears, span=traces.call), decision=decided)
        return Traced(application=traces.traced, audience=hearing, end=traces.end)

    return begin
