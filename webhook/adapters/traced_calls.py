"""Calls to services, each in a span of what it is made for."""

from collections.abc import Callable, Mapping
from typing import Protocol

from webhook.adapters.http import Reply
from webhook.adapters.patience import Http
from webhook.core.deadline import Deadline


class CallSpan(Protocol):
    """The span of a call that is under way."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What tells the service of the span; empty where there is nothing to tell."""
        ...

    def end(self, status: int | None) -> None:
        """End with the status of the answer; None where none came."""
        ...


Begin = Callable[[str, str], CallSpan]
"""Begins the span of a call, given its HTTP method and URL."""


class Untraced:
    """The span of a call that nobody traces."""

    headers: Mapping[str, str] = {}

    def end(self, status: int | None) -> None:
        """Say nothing."""


UNTRACED = Untraced()


class TracedHttp:
    """Sends requests, each in a span."""

    def __init__(self, http: Http, *, begin: Begin, onward: bool) -> None:
        """Send by way of *http*. *onward*: the service is told of the span, so that its own can lie below."""
        self._http, self._begin, self._onward = http, begin, onward

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Send a request. Raises what is raised on the way."""
        span = self._begin(method, url)
        told = {**headers, **span.headers} if self._onward else headers
        status: int | None = None
        try:
            reply = self._http.send(method, url, headers=told, deadline=deadline, body=body)
            status = reply.status
        finally:
            span.end(status)
        return reply
