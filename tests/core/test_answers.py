"""Answers of the registry: what they say, and what is not taken for one."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID
from webhook.core.answers import parse_image, parse_json, parse_scan
from webhook.core.evidence import Counts, RegistryImage, Scan
from webhook.core.times import parse_time
from webhook.errors import Unreadable

SCAN: dict[str, Any] = {
    "id": SCAN_ID,
    "imageId": IMAGE_ID,
    "scannedAt": "2026-06-27T13:00:38.645Z",
    "status": "READY",
    "vulnerabilities": {"critical": "2", "high": "9", "medium": "39", "low": "63", "undefined": "36"},
}
IMAGE = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST, "compressedSize": "92274688", "tags": ["v1"]}

NEVER_TEXT: list[Any] = [0, 1.5, True, [], {}, ["READY"], {"value": "READY"}]


def test_scan_is_read_as_the_registry_writes_it() -> None:
    """Numbers are strings, and a severity of zero is left out."""
    assert parse_scan(SCAN) == Scan(
        id=SCAN_ID,
        image_id=IMAGE_ID,
        status="READY",
        scanned_at=parse_time("2026-06-27T13:00:38.645Z"),
        counts=Counts(critical=2, high=9, medium=39, low=63, undefined=36),
    )


@pytest.mark.parametrize("status", ["READY", "RUNNING", "ERROR", "QUEUED", "CANCELLED", "ready", "READY ", ""])
def test_status_is_kept_as_it_is(status: str) -> None:
    """A status that is not known stays what it is: nothing is rounded to READY."""
    assert parse_scan(SCAN | {"status": status}).status == status


@pytest.mark.parametrize("status", ["READY\n", "READY\0", "ＲＥＡＤＹ", "READY\u200b", "\ud800", "x" * 1000])
def test_odd_status_is_shown_safely_and_is_not_ready(status: str) -> None:
    """A status of any characters and length becomes a short, printable word other than READY."""
    shown = parse_scan(SCAN | {"status": status}).status

    assert shown != "READY"
    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) <= 40


def test_absent_status_is_no_status() -> None:
    """The zero value of the enum is left out; it is not READY."""
    assert parse_scan({"id": SCAN_ID}).status == ""


def test_all_but_the_id_may_be_left_out() -> None:
    """A running scan has no counts and no time; an image id that is absent is none."""
    scan = parse_scan({"id": SCAN_ID, "status": "RUNNING"})

    assert (scan.image_id, scan.scanned_at, scan.counts) == (None, None, None)


@pytest.mark.parametrize("field", ["imageId", "scannedAt", "vulnerabilities"])
def test_null_is_absent(field: str) -> None:
    """A field that is null says as little as one that is not there."""
    assert parse_scan(SCAN | {field: None}) == parse_scan({key: SCAN[key] for key in SCAN if key != field})


def test_fields_of_tomorrow_are_no_error() -> None:
    """The API may grow: what is not known here is left alone."""
    grown = SCAN | {"policy": {"x": 1}, "vulnerabilities": SCAN["vulnerabilities"] | {"catastrophic": "1"}}

    assert parse_scan(grown) == parse_scan(SCAN)


@pytest.mark.parametrize("document", [None, [], "scan", 1, True, [SCAN]])
def test_what_is_no_object_is_no_answer(document: Any) -> None:
    """A JSON text that is no object is neither a scan nor an image."""
    for parse in (parse_scan, parse_image):
        with pytest.raises(Unreadable):
            parse(document)


@pytest.mark.parametrize("field", ["id", "imageId", "status", "scannedAt"])
@pytest.mark.parametrize("value", NEVER_TEXT)
def test_text_of_a_scan_is_text(field: str, value: Any) -> None:
    """Where the API promises text, a number, a flag, a list or an object is unreadable."""
    with pytest.raises(Unreadable):
        parse_scan(SCAN | {field: value})


@pytest.mark.parametrize("value", ["", "../images/x", "a" * 51, "CHE1", "che-1", "che1\n", "chе1", None])
def test_scan_without_a_proper_id_is_unreadable(value: Any) -> None:
    """An answer whose id is not one could not be held against what was asked."""
    with pytest.raises(Unreadable):
        parse_scan(SCAN | {"id": value})


@pytest.mark.parametrize("value", ["", "x/../y", "a" * 51, "CRP1"])
def test_image_id_that_could_leave_a_url_is_unreadable(value: str) -> None:
    """The registry's own words are not trusted in a URL either."""
    for parse, field in ((parse_scan, "imageId"), (parse_image, "id")):
        with pytest.raises(Unreadable):
            parse((SCAN | IMAGE) | {"id": SCAN_ID} | {field: value})


@pytest.mark.parametrize("value", ["yesterday", "2026-06-27", "2026-13-01T00:00:00Z", "", "1782565238"])
def test_scan_at_no_time_is_unreadable(value: str) -> None:
    """A time that is not RFC 3339 is not guessed at."""
    with pytest.raises(Unreadable):
        parse_scan(SCAN | {"scannedAt": value})


def test_image_is_read_as_the_registry_writes_it() -> None:
    """Id, name and digest are what the gate needs of an image."""
    assert parse_image(IMAGE) == RegistryImage(id=IMAGE_ID, name=REPOSITORY, digest=DIGEST)


@pytest.mark.parametrize("field", ["id", "name", "digest"])
@pytest.mark.parametrize("value", NEVER_TEXT)
def test_text_of_an_image_is_text(field: str, value: Any) -> None:
    """An image whose id, name or digest is no text is unreadable."""
    with pytest.raises(Unreadable):
        parse_image(IMAGE | {field: value})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=5), children, max_size=4),
    max_leaves=8,
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from([*SCAN, *IMAGE, "critical"]), JSON))
def test_any_answer_is_read_or_unreadable(document: dict[str, Any]) -> None:
    """Whatever the fields hold, nothing else than Unreadable comes out."""
    for parse in (parse_scan, parse_image):
        with suppress(Unreadable):
            parse(document)


@settings(max_examples=300)
@given(st.binary(max_size=40) | st.text(alphabet='{}[]",:0123456789eE.-+truefalsn \\u', max_size=20).map(str.encode))
def test_any_bytes_are_json_or_unreadable(body: bytes) -> None:
    """Whatever comes over the wire, nothing else than Unreadable comes out."""
    with suppress(Unreadable):
        parse_json(body)
