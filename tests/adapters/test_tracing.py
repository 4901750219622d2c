"""Spans of reviews and calls, and how they get to a collector."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from opentelemetry.trace import get_current_span
from werkzeug.test import Client

from tests.collector import collector, hanging
from tests.traces import PARENT, TRACE, traceparent
from webhook.adapters.tracing import BATCH, END_SECONDS, Traces
from webhook.core.tracing import Tracing
from webhook.desk import Outcome

SCAN = "https://registry.example:8443/container-registry/v1/scans/che1"


@contextmanager
def tracing(url: str, ratio: float = 1.0) -> Iterator[Traces]:
    """Send spans to *url*, and deliver them at the end."""
    traces = Traces(Tracing(endpoint=url, sample_ratio=ratio))
    try:
        yield traces
    finally:
        traces.end()


def ask(
    traces: Traces,
    headers: Mapping[str, str] | None = None,
    *,
    status: int | None = 200,
    path: str = "/validate",
) -> Mapping[str, str]:
    """Have a review answered that needs one call; return what the service is told of its span."""
    told: dict[str, str] = {}

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        call = traces.call("GET", SCAN)
        told.update(call.headers)
        call.end(status)
        start_response("200 OK", [])
        return [b""]

    Client(traces.traced(answer)).post(path, headers=dict(headers or {}))
    return told


def attributes(span: Any) -> dict[str, Any]:
    """Return what a span says."""
    return {each.key: each.value.string_value or each.value.int_value for each in span.attributes}


@pytest.mark.parametrize(
    ("ratio", "headers", "traced"),
    [
        (1.0, {}, True),
        (0.0, {}, False),
        (0.0, traceparent("01"), True),
        (1.0, traceparent("00"), False),
        (0.0, {"traceparent": "00-nonsense-01"}, False),
        (1.0, {"traceparent": "00-nonsense-01"}, True),
    ],
)
def test_callers_decide_and_else_the_ratio(ratio: float, headers: Mapping[str, str], traced: bool) -> None:
    """The caller's flag counts whatever the ratio is. What is not traced is told nobody."""
    with collector() as collected:
        with tracing(collected.url, ratio) as traces:
            told = ask(traces, headers)
        assert [len(collected.reviews), len(collected.spans)] == ([1, 2] if traced else [0, 0])
        assert bool(told) is traced


def test_a_part_of_the_reviews_is_traced() -> None:
    """With a ratio between 0 and 1 some are and some are not; a quarter of 400 is never below 40 or above 180."""
    with collector() as collected:
        with tracing(collected.url, 0.25) as traces:
            told = sum(bool(ask(traces)) for _ in range(400))
        assert len(collected.reviews) == told
        assert 40 < told < 180


def test_services_are_told_of_the_call() -> None:
    """They hear of the span of the very call, in the caller's trace, and the caller's tracestate as it came."""
    with collector() as collected:
        with tracing(collected.url) as traces:
            told = ask(traces, traceparent() | {"tracestate": "shop=1,other=2"})
        [review] = collected.reviews
        [call] = [span for span in collected.spans if span is not review and span.name != review.name]
    assert told == {"traceparent": f"00-{TRACE}-{call.span_id.hex()}-01", "tracestate": "shop=1,other=2"}
    assert (call.parent_span_id, review.parent_span_id.hex()) == (review.span_id, PARENT)


@pytest.mark.parametrize("tracestate", ["", "no member", "a=1," * 600, "a=\x7f"])
def test_a_tracestate_that_is_none_goes_nowhere(tracestate: str) -> None:
    """Nor is there one where none came."""
    with collector() as collected, tracing(collected.url) as traces:
        assert ask(traces, traceparent() | ({"tracestate": tracestate} if tracestate else {})).keys() == {"traceparent"}


@pytest.mark.parametrize(("status", "code", "said"), [(200, 0, {200}), (404, 2, {404}), (None, 2, set())])
def test_a_call_says_how_it_ended(status: int | None, code: int, said: set[int]) -> None:
    """By its status, and by whether that is an error; no answer is one."""
    with collector() as collected:
        with tracing(collected.url) as traces:
            ask(traces, status=status)
        [call] = [span for span in collected.spans if span.name == "Scanner.Get"]
    assert call.status.code == code
    assert attributes(call)["server.address"] == "registry.example:8443"
    assert {attributes(call).get("http.response.status_code", 0)} - {0} == said


def test_calls_outside_of_reviews_are_not_traced() -> None:
    """The token is renewed for nobody in particular; nor are probes traced."""
    with collector() as collected:
        with tracing(collected.url) as traces:
            call = traces.call("POST", "https://iam.example/iam/v1/tokens")
            call.end(200)
            ask(traces, path="/healthz")
        assert (call.headers, collected.spans) == ({}, [])


def test_a_review_leaves_no_span_behind() -> None:
    """The next one on the same thread does not lie below it."""
    with collector() as collected:
        with tracing(collected.url) as traces:
            ask(traces, traceparent())
            ask(traces)
        assert [bool(span.parent_span_id) for span in collected.reviews] == [True, False]
    assert not get_current_span().get_span_context().is_valid


def test_the_end_delivers_what_waits() -> None:
    """All of it, in as many deliveries as it takes."""
    number = BATCH + 1
    with collector() as collected:
        with tracing(collected.url) as traces:
            for _ in range(number):
                ask(traces)
        assert len(collected.spans) == 2 * number


def test_the_end_waits_for_no_collector_that_hangs() -> None:
    """However much is left to be delivered, the time for it is bounded."""
    with hanging() as url:
        traces = Traces(Tracing(endpoint=url))
        for _ in range(2 * BATCH):
            ask(traces)
        begun = time.monotonic()
        traces.end()
        assert time.monotonic() - begun < END_SECONDS + 1


@pytest.mark.parametrize("broken", ["collector", "span"])
def test_error_of_a_span_is_none_of_the_review(broken: str, caplog: pytest.LogCaptureFixture) -> None:
    """What cannot be said in a span is logged, and the review goes on."""
    with tracing("http://127.0.0.1:1") as traces:
        if broken == "span":
            traces.decided((), None, cast(Outcome, object()), 0.0)
            assert "a span could not be written" in caplog.messages
        else:
            assert ask(traces)
