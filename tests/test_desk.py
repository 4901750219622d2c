"""What is no review: each body, length, type and timeout that is refused, and that each leaves a record."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.builders import PINNED, SCAN_ID, annotated_pod, body, pod, review, scan
from tests.desks import Counter, refused
from tests.fakes import gate
from tests.situations import registry_with
from webhook.desk import MAX_REVIEW_BYTES


@pytest.fixture
def counter() -> Counter:
    """A desk before a registry with one clean image."""
    return Counter(gate(registry_with(scan())))


@pytest.mark.parametrize("timeout", ["", "x", "-1s", "10", "1d", "%0a", "1s%00", "9" * 400 + "s"])
def test_timeout_that_is_none(counter: Counter, timeout: str) -> None:
    """A timeout that cannot be understood is refused: there is no telling by when to answer."""
    answer = counter.post(body(review(annotated_pod(PINNED, SCAN_ID))), f"/validate?timeout={timeout}")
    assert refused(counter, 400, "invalid-review", answer).startswith("timeout: ")


def with_version(version: str) -> bytes:
    """Return a review of another version."""
    return body({**review(pod(PINNED)), "apiVersion": version})


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"{}", id="empty object"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe", id="no text"),
        pytest.param(b"{" * 300_000, id="nested objects"),
        pytest.param(b"[" * 300_000, id="nested lists"),
        pytest.param(with_version("admission.k8s.io/v1beta1"), id="v1beta1"),
        pytest.param(with_version("v1"), id="v1 of nothing"),
        pytest.param(body({**review(pod(PINNED)), "kind": "Pod"}), id="another kind"),
        pytest.param(body(review(pod(PINNED), operation="PATCH")), id="unknown operation"),
        pytest.param(body(review(pod(PINNED), uid="")), id="no uid"),
        pytest.param(body(review(None)), id="no object"),
        pytest.param(body(review(pod(PINNED)))[:-1], id="cut"),
        pytest.param(body(review(pod(PINNED))) + b"x", id="something behind it"),
    ],
)
def test_body_that_is_no_review(counter: Counter, data: bytes) -> None:
    """What cannot be understood is a 400 and a record, and never admitted."""
    refused(counter, 400, "invalid-review", counter.post(data))


def test_no_length(counter: Counter) -> None:
    """A body without a length is refused, chunked or not there at all."""
    answer = counter.post(b"", environ_overrides={"CONTENT_LENGTH": ""}, headers={"Transfer-Encoding": "chunked"})
    refused(counter, 411, "invalid-review", answer)


def test_empty_body(counter: Counter) -> None:
    """A body of length zero is no review."""
    refused(counter, 400, "invalid-review", counter.post(b"", environ_overrides={"CONTENT_LENGTH": "0"}))


def test_body_over_the_limit(counter: Counter) -> None:
    """A body of one byte more than 7 MiB is refused, and one of 7 MiB is read."""
    refused(counter, 413, "invalid-review", counter.post(b" " * (MAX_REVIEW_BYTES + 1)))
    counter.records.clear()
    assert "not an AdmissionReview" in refused(counter, 400, "invalid-review", counter.post(b" " * MAX_REVIEW_BYTES))


@pytest.mark.parametrize(
    "options",
    [
        {"content_type": "text/plain"},
        {"content_type": ""},
        {"content_type": "application/json-patch+json"},
        {"headers": {"Content-Encoding": "gzip"}},
        {"headers": {"Content-Encoding": "br"}},
    ],
)
def test_body_of_another_kind(counter: Counter, options: Mapping[str, Any]) -> None:
    """Only plain JSON is read."""
    refused(counter, 415, "invalid-review", counter.post(body(review(pod(PINNED))), **options))


@pytest.mark.parametrize(
    "options", [{"content_type": "application/json; charset=utf-8"}, {"headers": {"Content-Encoding": "identity"}}]
)
def test_plain_json_in_more_words(counter: Counter, options: Mapping[str, Any]) -> None:
    """A charset and an encoding of `identity` change nothing."""
    assert counter.post(body(review(annotated_pod(PINNED, SCAN_ID))), **options)[0] == 200


def test_body_that_is_cut_off(counter: Counter) -> None:
    """Fewer bytes than were announced are refused, though they are a whole review by themselves."""
    data = body(review(annotated_pod(PINNED, SCAN_ID)))
    answer = counter.post(data, environ_overrides={"CONTENT_LENGTH": str(len(data) + 1)})
    assert f"{len(data)} of {len(data) + 1} bytes" in refused(counter, 400, "invalid-review", answer)
