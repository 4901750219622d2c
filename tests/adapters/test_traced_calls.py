"""Calls, each in a span."""

from collections.abc import Mapping

import pytest

from webhook.adapters.http import Reply
from webhook.adapters.traced_calls import UNTRACED, TracedHttp
from webhook.core.deadline import Deadline
from webhook.errors import Unavailable

DEADLINE = Deadline(at=10.0, clock=lambda: 0.0)
URL = "https://a.example/x"
TRACEPARENT = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}


class Service:
    """A service that keeps what it is sent."""

    def __init__(self, outcome: Reply | Exception) -> None:
        """Give *outcome*."""
        self.outcome, self.headers = outcome, list[Mapping[str, str]]()

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give it."""
        self.headers.append(headers)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


class Spanned:
    """A span, and what became of it."""

    headers = TRACEPARENT

    def __init__(self) -> None:
        """Begin."""
        self.ended: list[int | None] = []

    def end(self, status: int | None) -> None:
        """Keep the status."""
        self.ended.append(status)


@pytest.mark.parametrize("outcome", [Reply(404, {}, b""), Unavailable("away")], ids=["answer", "none"])
def test_each_call_is_in_a_span(outcome: Reply | Exception) -> None:
    """It ends with the status of the answer, or with none where no answer came."""
    service, span, begun = Service(outcome), Spanned(), list[tuple[str, str]]()

    def begin(method: str, url: str) -> Spanned:
        begun.append((method, url))
        return span

    http = TracedHttp(service, begin=begin, onward=True)
    if isinstance(outcome, Reply):
        assert http.send("GET", URL, headers={}, deadline=DEADLINE) is outcome
    else:
        with pytest.raises(Unavailable, match="away"):
            http.send("GET", URL, headers={}, deadline=DEADLINE)

    assert begun == [("GET", URL)]
    assert span.ended == [404 if isinstance(outcome, Reply) else None]


@pytest.mark.parametrize(("onward", "more"), [(True, TRACEPARENT), (False, {})])
def test_a_service_is_told_if_it_is_to_be(onward: bool, more: Mapping[str, str]) -> None:
    """The headers of the span go beside those of the call, or nowhere."""
    service = Service(Reply(200, {}, b""))
    http = TracedHttp(service, begin=lambda *_: Spanned(), onward=onward)
    http.send("GET", URL, headers={"Authorization": "Bearer a"}, deadline=DEADLINE)
    assert service.headers == [{"Authorization": "Bearer a", **more}]


def test_a_call_that_nobody_traces() -> None:
    """It is sent as it is."""
    service = Service(Reply(200, {}, b""))
    TracedHttp(service, begin=lambda *_: UNTRACED, onward=True).send("GET", URL, headers={}, deadline=DEADLINE)
    assert service.headers == [{}]
