"""The Container Registry API: what is looked for in lists, of images and of scans."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID, digest_of
from tests.wire import BASE, DEADLINE, SCAN, Wire, registry, reply
from webhook.adapters.container_registry import MAX_PAGES, MAX_VULNERABILITIES
from webhook.adapters.http import Reply
from webhook.errors import LookupFailed, NotFound, Unavailable, Unreadable

RUNNING = {"id": SCAN_ID, "imageId": IMAGE_ID, "status": "RUNNING"}


@pytest.mark.parametrize("others", [{}, {"scanResults": []}, {"scanResults": [SCAN | {"status": "ERROR"}]}])
def test_scan_is_asked_for_where_none_is_running(others: Any) -> None:
    """The running scans of the image are listed first; if there is none one is asked for, of that image."""
    wire = Wire(reply(others), reply({}))
    registry(wire).start(IMAGE_ID, DEADLINE)
    listed, asked = wire.sent
    assert (listed[0], listed[1].partition("?")[0]) == ("GET", f"{BASE}/scans")
    assert parse_qs(urlsplit(listed[1]).query) == {"imageId": [IMAGE_ID], "filter": ['status="RUNNING"']}
    assert asked[:2] == ("POST", f"{BASE}/scans")
    assert asked[3] == json.dumps({"imageId": IMAGE_ID}).encode()


def test_no_scan_is_asked_for_while_one_is_running() -> None:
    """Somebody else has asked: another process of the gate, or a push."""
    wire = Wire(reply({"scanResults": [SCAN, RUNNING]}))
    registry(wire).start(IMAGE_ID, DEADLINE)
    assert [method for method, *_ in wire.sent] == ["GET"]


@pytest.mark.parametrize(
    ("answer", "failure"), [(reply({}, 503), Unavailable), (reply({"scanResults": 5}), Unreadable)]
)
def test_no_scan_is_asked_for_blindly(answer: Reply, failure: type[LookupFailed]) -> None:
    """Where it is not known whether one is running, none is paid for."""
    wire = Wire(answer)
    with pytest.raises(failure):
        registry(wire).start(IMAGE_ID, DEADLINE)
    assert "POST" not in [method for method, *_ in wire.sent]


def page(*digests: str, token: str = "") -> Reply:
    """Return a page of a list of images."""
    images = [{"id": f"crp{number}", "name": REPOSITORY, "digest": digest} for number, digest in enumerate(digests)]
    return reply({"images": images} | ({"nextPageToken": token} if token else {}))


def test_a_digest_is_found_on_a_later_page() -> None:
    """Pages are followed until the digest turns up."""
    wire = Wire(page(digest_of("a"), token="p2"), page(digest_of("b"), DIGEST))
    assert registry(wire).find(REPOSITORY, DIGEST, DEADLINE).id == "crp1"
    queries = [parse_qs(urlsplit(url).query) for _, url, _, _ in wire.sent]
    assert queries[0]["repositoryName"] == [REPOSITORY]
    assert "pageToken" not in queries[0]
    assert queries[1]["pageToken"] == ["p2"]


@pytest.mark.parametrize("last", [page(digest_of("a")), reply({})])
def test_a_digest_that_is_on_no_page_is_not_there(last: Reply) -> None:
    """The end of the list is the end of the search."""
    with pytest.raises(NotFound, match="has no image sha256:"):
        registry(Wire(last)).find(REPOSITORY, DIGEST, DEADLINE)


def test_the_same_page_again_is_refused() -> None:
    """A list that goes in circles is no list."""
    with pytest.raises(Unreadable, match="page of images twice"):
        registry(Wire(page(token="p"))).find(REPOSITORY, DIGEST, DEADLINE)


def test_the_search_is_bounded() -> None:
    """A repository without end does not keep a look-up for ever."""
    wire = Wire(*(page(token=f"p{number}") for number in range(MAX_PAGES + 5)))
    with pytest.raises(Unreadable, match="more than 50 pages of images"):
        registry(wire).find(REPOSITORY, DIGEST, DEADLINE)
    assert len(wire.sent) == MAX_PAGES


def vulnerabilities(number: int, token: str = "") -> Reply:
    """Return a page of a list of vulnerabilities."""
    item = {"severity": "LOW", "package": {"name": "CVE-2026-1", "package": "perl"}}
    return reply({"vulnerabilities": [item] * number} | ({"nextPageToken": token} if token else {}))


def test_list_of_vulnerabilities_is_read_up_to_a_bound() -> None:
    """As many as are allowed are read; with one more it is said how many there are, and the totals decide."""
    half = MAX_VULNERABILITIES // 2
    whole = registry(Wire(vulnerabilities(half, "p2"), vulnerabilities(half))).vulnerabilities(SCAN_ID, DEADLINE)
    assert len(whole) == MAX_VULNERABILITIES

    wire = Wire(vulnerabilities(half, "p2"), vulnerabilities(half + 1, "p3"), vulnerabilities(1))
    with pytest.raises(Unreadable, match=f"scan {SCAN_ID} has more than 20000 vulnerabilities"):
        registry(wire).vulnerabilities(SCAN_ID, DEADLINE)
    assert len(wire.sent) == 2
