"""The Container Registry API: what is sent, and what each answer means."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID, digest_of
from webhook.adapters.container_registry import MAX_PAGES, ContainerRegistry
from webhook.adapters.endpoints import fixed
from webhook.adapters.http import Reply
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

DEADLINE = Deadline(10.0, lambda: 0.0)
ENDPOINT = "https://registry.example"
BASE = ENDPOINT + "/container-registry/v1"
SCAN = {"id": SCAN_ID, "imageId": IMAGE_ID, "status": "READY", "scannedAt": "2026-11-20T10:00:00Z"}
IMAGE = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST}


class Tokens:
    """Tokens that are numbered."""

    number = 0

    def token(self, deadline: Deadline) -> str:
        """Return the token of now."""
        return f"t1.{self.number}"

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Count up."""
        assert stale == self.token(deadline)
        self.number += 1
        return self.token(deadline)


class Wire:
    """A wire with replies on it, the last one for ever; notes what was sent."""

    def __init__(self, *replies: Reply) -> None:
        """Give *replies* one after the other."""
        self.replies = list(replies)
        self.sent: list[tuple[str, str, Mapping[str, str], bytes | None]] = []

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give the next reply."""
        self.sent.append((method, url, headers, body))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def reply(document: Any, status: int = 200) -> Reply:
    """Return an answer with a JSON body."""
    return Reply(status, {}, json.dumps(document).encode())


def registry(wire: Wire) -> ContainerRegistry:
    """Return a client whose endpoint ends in a slash, as people write it."""
    return ContainerRegistry(endpoint=fixed(ENDPOINT + "/"), tokens=Tokens(), http=wire)


CALLS: list[tuple[str, Callable[[ContainerRegistry], Any], str, str]] = [
    ("scan", lambda api: api.scan(SCAN_ID, DEADLINE), "GET", f"{BASE}/scans/{SCAN_ID}"),
    ("latest", lambda api: api.latest(IMAGE_ID, DEADLINE), "GET", f"{BASE}/images/{IMAGE_ID}:lastScanResult"),
    ("image", lambda api: api.image(IMAGE_ID, DEADLINE), "GET", f"{BASE}/images/{IMAGE_ID}"),
    ("start", lambda api: api.start(IMAGE_ID, DEADLINE), "POST", f"{BASE}/scans"),
]


@pytest.mark.parametrize(("name", "call", "method", "url"), CALLS, ids=[row[0] for row in CALLS])
def test_each_call_goes_where_the_api_has_it(
    name: str, call: Callable[[ContainerRegistry], Any], method: str, url: str
) -> None:
    """Method, path and token are those of the API's definition."""
    wire = Wire(reply(IMAGE if name == "image" else SCAN))
    call(registry(wire))
    [(sent_method, sent_url, headers, body)] = wire.sent
    assert (sent_method, sent_url) == (method, url)
    assert headers["Authorization"] == "Bearer t1.0"
    assert body == (json.dumps({"imageId": IMAGE_ID}).encode() if name == "start" else None)


def test_answers_become_values() -> None:
    """A scan result and an image are read into what the gate decides with."""
    scan = registry(Wire(reply(SCAN | {"vulnerabilities": {"high": "4"}}))).scan(SCAN_ID, DEADLINE)
    assert (scan.id, scan.image_id, scan.status, scan.counts and scan.counts.high) == (SCAN_ID, IMAGE_ID, "READY", 4)
    image = registry(Wire(reply(IMAGE))).image(IMAGE_ID, DEADLINE)
    assert (image.id, image.digest) == (IMAGE_ID, DIGEST)


STATUS = {"code": 5, "message": "Scan result not found", "details": []}


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (404, STATUS, NotFound),
        (400, STATUS, NotFound),
        (404, ["no status"], Unreadable),
        (404, {"message": 5}, Unreadable),
        (401, STATUS, Unauthorized),
        (403, STATUS, Unauthorized),
        (408, STATUS, Unavailable),
        (429, STATUS, Unavailable),
        (500, STATUS, Unavailable),
        (503, {}, Unavailable),
        (302, STATUS, Unreadable),
        (204, STATUS, Unreadable),
    ],
)
def test_each_status_has_its_meaning(status: int, body: Any, failure: type[LookupFailed]) -> None:
    """Only the API itself is believed that something does not exist."""
    with pytest.raises(failure) as caught:
        registry(Wire(reply(body, status))).scan(SCAN_ID, DEADLINE)
    assert type(caught.value) is failure
    assert "t1." not in str(caught.value)


@pytest.mark.parametrize("status", [404, 503])
def test_a_body_that_is_no_json_is_no_status(status: int) -> None:
    """A proxy's error page neither makes a scan gone nor is shown to anybody."""
    with pytest.raises(LookupFailed) as caught:
        registry(Wire(Reply(status, {}, b"<html>"))).scan(SCAN_ID, DEADLINE)
    assert not isinstance(caught.value, NotFound)
    assert "html" not in str(caught.value)


def test_what_an_error_says_is_passed_on() -> None:
    """The service's own words help whoever is paged, in printable characters."""
    with pytest.raises(Unauthorized, match=r"with 403: Permission\\u000adenied"):
        registry(Wire(reply({"message": "Permission\ndenied"}, 403))).scan(SCAN_ID, DEADLINE)


def test_a_token_that_ended_is_renewed_once() -> None:
    """One 401 gets a new token and a second try."""
    wire = Wire(reply({}, 401), reply(SCAN))
    assert registry(wire).scan(SCAN_ID, DEADLINE).id == SCAN_ID
    assert [headers["Authorization"] for _, _, headers, _ in wire.sent] == ["Bearer t1.0", "Bearer t1.1"]


def test_a_second_401_is_the_answer() -> None:
    """It is not tried for ever."""
    wire = Wire(reply(STATUS, 401))
    with pytest.raises(Unauthorized):
        registry(wire).scan(SCAN_ID, DEADLINE)
    assert len(wire.sent) == 2


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
    with pytest.raises(Unreadable, match="same page twice"):
        registry(Wire(page(token="p"))).find(REPOSITORY, DIGEST, DEADLINE)


def test_the_search_is_bounded() -> None:
    """A repository without end does not keep a look-up for ever."""
    wire = Wire(*(page(token=f"p{number}") for number in range(MAX_PAGES + 5)))
    with pytest.raises(Unreadable, match="more than 10000 images"):
        registry(wire).find(REPOSITORY, DIGEST, DEADLINE)
    assert len(wire.sent) == MAX_PAGES
