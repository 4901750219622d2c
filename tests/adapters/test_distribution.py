"""The registry as container runtimes see it: tags, indexes, and where the token goes."""

import base64
import hashlib
import json
from collections.abc import Mapping

import pytest

from webhook.adapters.distribution import Distribution
from webhook.adapters.http import Reply
from webhook.core.deadline import Deadline
from webhook.core.images import Digest, ImageReference
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

DEADLINE = Deadline(10.0, lambda: 0.0)
TAGGED = ImageReference("cr.yandex", "crp1/shop/api", "v1", None)
CHILD = Digest("sha256:" + "2" * 64)
INDEX = json.dumps(
    {
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{"digest": CHILD, "platform": {"os": "linux", "architecture": "amd64"}}],
    }
).encode()
INDEX_DIGEST = Digest(f"sha256:{hashlib.sha256(INDEX).hexdigest()}")


class Tokens:
    """Tokens that are numbered."""

    number = 0

    def token(self, deadline: Deadline) -> str:
        """Return the token of now."""
        return f"t1.{self.number}"

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Count up."""
        self.number += 1
        return self.token(deadline)


class Wire:
    """A wire with replies on it, the last one for ever; notes what was sent."""

    def __init__(self, *replies: Reply) -> None:
        """Give *replies* one after the other."""
        self.replies = list(replies)
        self.sent: list[tuple[str, str, Mapping[str, str]]] = []

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give the next reply."""
        self.sent.append((method, url, headers))
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


def distribution(wire: Wire) -> Distribution:
    """Return a client of one registry."""
    return Distribution(endpoints={"cr.yandex": "https://cr.yandex/"}, tokens=Tokens(), http=wire)


def test_a_tag_is_pinned_by_the_header() -> None:
    """One HEAD finds the digest, with the token as the password of the user iam."""
    wire = Wire(Reply(200, {"Docker-Content-Digest": INDEX_DIGEST}, b""))
    assert distribution(wire).pin(TAGGED, DEADLINE) == INDEX_DIGEST
    [(method, url, headers)] = wire.sent
    assert (method, url) == ("HEAD", "https://cr.yandex/v2/crp1/shop/api/manifests/v1")
    assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")) == b"iam:t1.0"
    assert "application/vnd.oci.image.index.v1+json" in headers["Accept"]


def test_a_tag_is_pinned_by_the_body_where_the_header_is_missing() -> None:
    """The digest of a manifest is the hash of its bytes."""
    wire = Wire(Reply(200, {}, b""), Reply(200, {}, INDEX))
    assert distribution(wire).pin(TAGGED, DEADLINE) == INDEX_DIGEST


@pytest.mark.parametrize("page", [b"<html>502 Bad Gateway</html>", b"[]", b'{"mediaType": "text/html"}'])
def test_a_tag_is_not_pinned_by_what_is_no_manifest(page: bytes) -> None:
    """A web page of a proxy has a hash, too: it names no image that the registry could be said not to have."""
    with pytest.raises(Unreadable):
        distribution(Wire(Reply(200, {}, b""), Reply(200, {}, page))).pin(TAGGED, DEADLINE)


def test_no_tag_means_latest() -> None:
    """A reference without a tag is pinned as the runtimes read it."""
    wire = Wire(Reply(200, {"Docker-Content-Digest": INDEX_DIGEST}, b""))
    distribution(wire).pin(ImageReference("cr.yandex", "crp1/x", None, None), DEADLINE)
    assert wire.sent[0][1].endswith("/manifests/latest")


def test_a_digest_that_is_none_is_refused() -> None:
    """What the registry says of a tag must be a digest."""
    with pytest.raises(Unreadable, match="no digest for tag v1"):
        distribution(Wire(Reply(200, {"Docker-Content-Digest": "latest"}, b""))).pin(TAGGED, DEADLINE)


def test_an_index_gives_its_children() -> None:
    """Platform and digest of each image come from a body that hashes to the digest asked for."""
    assert distribution(Wire(Reply(200, {}, INDEX))).children(TAGGED, INDEX_DIGEST, DEADLINE) == (
        ("linux/amd64", CHILD),
    )


def test_a_tampered_index_is_refused() -> None:
    """A body with another hash is not what was asked for, whatever it says."""
    with pytest.raises(Unreadable, match="something else"):
        distribution(Wire(Reply(200, {}, INDEX + b" "))).children(TAGGED, INDEX_DIGEST, DEADLINE)


def test_an_unknown_registry_gets_no_token() -> None:
    """A host that is not configured is not even asked."""
    wire = Wire(Reply(200, {}, b""))
    with pytest.raises(NotFound):
        distribution(wire).pin(ImageReference("evil.example", "x", "v1", None), DEADLINE)
    assert wire.sent == []


def test_a_token_that_ended_is_renewed_once() -> None:
    """One 401 gets a new token and a second try."""
    wire = Wire(Reply(401, {}, b""), Reply(200, {"Docker-Content-Digest": INDEX_DIGEST}, b""))
    assert distribution(wire).pin(TAGGED, DEADLINE) == INDEX_DIGEST
    assert [base64.b64decode(headers["Authorization"][6:]) for _, _, headers in wire.sent] == [b"iam:t1.0", b"iam:t1.1"]


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (302, Unreadable),
        (400, Unreadable),
        (401, Unauthorized),
        (403, Unauthorized),
        (404, NotFound),
        (408, Unavailable),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_each_status_has_its_meaning(status: int, failure: type[LookupFailed]) -> None:
    """No status but 200 gives a manifest."""
    with pytest.raises(failure):
        distribution(Wire(Reply(status, {}, INDEX))).children(TAGGED, INDEX_DIGEST, DEADLINE)
