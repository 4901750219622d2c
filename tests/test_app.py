"""The gate behind HTTP: which call gets which answer, and that each leaves a record."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from tests.builders import PINNED, SCAN_ID, annotated_pod, body, counts, pod, review, scan
from tests.desks import Counter, refused
from tests.fakes import BusyCrew, FakeRegistry, LateCrew, gate
from tests.situations import registry_with
from webhook.app import probe_app
from webhook.core.policy import Policy


@pytest.fixture
def counter() -> Counter:
    """A desk before a registry with one clean image."""
    return Counter(gate(registry_with(scan())))


def test_clean_image_is_admitted(counter: Counter) -> None:
    """A verdict of yes is a review with the request's uid, and a record."""
    status, document = counter.post(body(review(annotated_pod(PINNED, SCAN_ID), uid="u-1")))
    assert (status, document["kind"], document["response"]["uid"]) == (200, "AdmissionReview", "u-1")
    assert document["response"]["allowed"] is True
    assert [(record["allowed"], record["request"]["uid"]) for record in counter.records] == [(True, "u-1")]


def test_bad_image_is_refused() -> None:
    """A verdict of no is a review as well: the answer itself is in order."""
    counter = Counter(gate(registry_with(scan(counts=counts(critical=1)))))
    status, document = counter.post(body(review(annotated_pod(PINNED, SCAN_ID))))
    assert (status, document["response"]["allowed"], document["response"]["status"]["code"]) == (200, False, 403)
    assert [record["reason"] for record in counter.records] == ["over-limits"]


def test_request_without_images_needs_no_gate(counter: Counter) -> None:
    """What brings no image in is admitted without a look-up."""
    registry = FakeRegistry()
    counter.gate = gate(registry)
    _, document = counter.post(body(review(None, old=pod(PINNED), operation="DELETE")))
    assert document["response"]["allowed"] is True
    assert [record["reason"] for record in counter.records] == ["deletion"]
    assert registry.calls == []


def test_record_tells_how_long_it_took(counter: Counter) -> None:
    """The record has the time of the call and the seconds that it took."""
    slow = replace(counter.gate, policy=lambda: _after(counter, 2.5))
    counter.gate = slow
    counter.post(body(review(annotated_pod(PINNED, SCAN_ID))))
    assert (counter.records[0]["time"], counter.records[0]["latencySeconds"]) == ("2026-11-24T12:00:00.000Z", 2.5)


def _after(counter: Counter, seconds: float) -> Policy:
    counter.time += seconds
    return gate(FakeRegistry()).policy()


class Watch(LateCrew):
    """Notes the deadlines that it is given."""

    def __init__(self) -> None:
        """Begin with none."""
        self.left: list[float] = []

    def each(self, work: Any, images: Any, deadline: Any) -> Any:
        """Note the seconds that are left."""
        self.left.append(deadline.remaining())
        return super().each(work, images, deadline)


@pytest.mark.parametrize(
    ("timeout", "left"),
    [("?timeout=10s", 8.5), ("?timeout=2s", 1.0), ("?timeout=1s", 0.5), ("?timeout=1h", 28.5), ("", 8.5)],
)
def test_deadline_lies_below_the_caller_s_timeout(timeout: str, left: float) -> None:
    """The look-ups get what the API server gives, less what the way takes; 30 s is the most that one may give."""
    watch = Watch()
    counter = Counter(gate(FakeRegistry(), crew=watch))
    counter.post(body(review(annotated_pod(PINNED, SCAN_ID))), f"/validate{timeout}")
    assert watch.left == [left]


def test_wait_for_a_thread_counts() -> None:
    """What a server says that a review has waited is missing to the look-ups, and part of how long it took."""
    watch = Watch()
    counter = Counter(gate(FakeRegistry(), crew=watch))
    counter.post(body(review(annotated_pod(PINNED, SCAN_ID))), environ_overrides={"scangate.waited": 0.75})
    assert (watch.left, counter.records[0]["latencySeconds"]) == ([7.75], 0.75)


def test_bug_is_an_error_and_no_verdict(counter: Counter, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the gate raises that nobody foresaw is a 500 with a record, and the log says where."""

    def broken() -> Policy:
        raise ZeroDivisionError("a bug")

    counter.gate = replace(counter.gate, policy=broken)
    answer = counter.post(body(review(annotated_pod(PINNED, SCAN_ID), uid="u-1")))
    message = refused(counter, 500, "internal-error", answer)
    assert "bug" not in message
    assert counter.records[0]["request"]["uid"] == "u-1"
    [logged] = caplog.records
    assert logged.exc_info is not None
    assert logged.exc_info[0] is ZeroDivisionError


def test_too_many_reviews_are_sent_away_for_a_second(counter: Counter) -> None:
    """A gate that has no place for another look-up asks to be called again, with nothing decided."""
    counter.gate = gate(FakeRegistry(), crew=BusyCrew())
    response = counter.client().post(
        "/validate?timeout=10s", data=body(review(annotated_pod(PINNED, SCAN_ID))), content_type="application/json"
    )
    assert response.headers["Retry-After"] == "1"
    refused(counter, 503, "overloaded", (response.status_code, response.get_json()))


def test_record_that_cannot_be_written_is_no_verdict(counter: Counter) -> None:
    """A decision that leaves no record is not given."""

    def full(_: bytes) -> None:
        raise OSError("no space left on device")

    counter.emit = full
    client = counter.client()
    response = client.post(
        "/validate", data=body(review(annotated_pod(PINNED, SCAN_ID))), content_type="application/json"
    )
    assert response.status_code == 500
    assert b"allowed" not in response.data


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/validate", 405), ("POST", "/", 404), ("POST", "/validate/x", 404)]
)
def test_other_paths_and_methods(counter: Counter, method: str, path: str, status: int) -> None:
    """There is one path and one method; for all others there is a `Status` that says so."""
    response = counter.client().open(path, method=method)
    document = response.get_json()
    assert (response.status_code, document["kind"], document["code"]) == (status, "Status", status)


def probed(path: str, checks: Mapping[str, str | None]) -> tuple[int, Any]:
    """Return status and document of a probe where the gate says this of itself."""
    response = probe_app(lambda: checks, lambda: {"policy": "kept as it was", "table": None}).test_client().get(path)
    assert response.content_type == "application/json"
    return response.status_code, response.get_json()


def test_liveness_depends_on_nothing() -> None:
    """A process that answers is alive, ready or not."""
    assert probed("/healthz", {"policy": "broken"}) == (200, {"healthy": True})


def test_readiness_names_what_is_wrong() -> None:
    """The gate is ready when every check is in order; what is not is named. Notes never make it unready."""
    details = {"policy": "kept as it was", "table": "ok"}
    ready = {"ready": True, "checks": {"policy": "ok"}, "details": details}
    unready = {"ready": False, "checks": {"policy": "ok", "certificate": "does not fit"}, "details": details}
    assert probed("/readyz", {"policy": None}) == (200, ready)
    assert probed("/readyz", {"policy": None, "certificate": "does not fit"}) == (503, unready)


def test_probes_know_no_other_path() -> None:
    """Reviews are not answered on the port of the probes."""
    assert probed("/validate", {})[0] == 404


def test_metrics_are_beside_the_probes() -> None:
    """In the format that was asked for, and with its content type."""
    app = probe_app(dict, dict, lambda accept: (b"a 1\n", f"text/plain; for={accept}"))
    response = app.test_client().get("/metrics", headers={"Accept": "text/plain"})
    assert (response.status_code, response.data) == (200, b"a 1\n")
    assert response.content_type == "text/plain; for=text/plain"


def test_each_decision_is_measured(counter: Counter) -> None:
    """Once, as it is recorded, with the request where that could be read."""
    counter.post(body(review(annotated_pod(PINNED, SCAN_ID))))
    counter.post(b"nonsense")
    assert [decision for _, decision, _ in counter.measured] == ["allow", "error"]
    assert [request is None for request, _, _ in counter.measured] == [False, True]
