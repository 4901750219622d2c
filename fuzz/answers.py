"""Answers of the registry: read as they are written, or not at all. Nothing that is odd becomes a lower count."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from fuzz.choices import Choices
from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID, digest_of
from webhook.core.answer_pages import parse_image_page, parse_scan_page, parse_vulnerability_page
from webhook.core.answers import parse_image, parse_json, parse_scan
from webhook.core.evidence import SEVERITIES, Scan
from webhook.core.images import Digest
from webhook.core.manifests import parse_index
from webhook.errors import Unreadable

SCAN: dict[str, Any] = {
    "id": SCAN_ID,
    "imageId": IMAGE_ID,
    "scannedAt": "2026-11-24T11:00:00.123456789Z",
    "status": "READY",
    "vulnerabilities": {"critical": "1", "high": 2, "medium": "0", "low": None},
}
IMAGE = {"id": IMAGE_ID, "name": REPOSITORY, "digest": DIGEST, "compressedSize": "1"}
PACKAGE = {"name": "CVE-2026-8376", "package": "perl", "version": "5", "fixedBy": "6", "link": "https://a/"}
MANIFEST = {"mediaType": "application/vnd.oci.image.index.v1+json", "digest": digest_of("a"), "size": 2}
INDEX = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [
        {**MANIFEST, "platform": {"os": "linux", "architecture": "amd64"}},
        {**MANIFEST, "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}},
        {**MANIFEST, "platform": {"os": "unknown", "architecture": "unknown"}},
    ],
}
DOCUMENTS: tuple[Any, ...] = (
    SCAN,
    IMAGE,
    {"images": [IMAGE, IMAGE], "nextPageToken": "abc"},
    {"scanResults": [SCAN, {**SCAN, "status": "RUNNING"}], "nextPageToken": ""},
    {"vulnerabilities": [{"severity": "CRITICAL", "package": PACKAGE}, {"severity": "LOW", "package": PACKAGE}]},
    INDEX,
)
WORDS = (
    *("READY", "ERROR", "CRITICAL", "SEVERITY_UNSPECIFIED", "critical", "18446744073709551615", "-0", "+1", "1e3"),
    *("manifests", "Manifests", "platform", "variant", "digest", "x86_64", "v7", "arm", "\u0661", 1.0, True, 2**64),
)


def check(data: bytes) -> None:
    """Read *data* as an answer, or as changes to one."""
    if data[:1] in (b"{", b"["):
        check_body(data)
        return
    choices = Choices(data)
    document = choices.spoiled(choices.pick(DOCUMENTS), WORDS)
    check_body(json.dumps(document).encode())


def check_body(body: bytes) -> None:
    """Hold every reader of answers to the JSON in *body*."""
    try:
        document = parse_json(body)
    except Unreadable:
        return
    assert json.dumps(document) == json.dumps(json.loads(body)), "not what is written"
    check_scan(document)
    read(parse_image, document)
    check_pages(document)
    check_index(body, document)


def read(parse: Callable[[Any], Any], document: Any) -> Any:
    """Return what *parse* says; None where it cannot be read."""
    try:
        return parse(document)
    except Unreadable as error:
        assert str(error).isascii(), "a message that cannot be shown"
        return None


def check_scan(document: Any, parse: Callable[[Any], Scan] = parse_scan) -> None:
    """A scan has the ids, the state and the counts that are written, and no count is below that."""
    scan = read(parse, document)
    if scan is None:
        return
    assert scan.id == document["id"]
    assert scan.image_id == document.get("imageId")
    assert (scan.status == "READY") == (document.get("status") == "READY"), "another status"
    assert scan.scanned_at is None or scan.scanned_at.utcoffset().total_seconds() == 0
    counted = document.get("vulnerabilities")
    assert (scan.counts is None) == (counted is None)
    for name in SEVERITIES if scan.counts else ():
        written = counted.get(name)
        assert getattr(scan.counts, name) == int(written or 0) >= 0, f"another count of {name}"
        assert not isinstance(written, bool | float), f"{written} taken for a count"


def check_pages(document: Any) -> None:
    """A page has as many items as are written, each under its own id."""
    pages = {"images": parse_image_page, "scanResults": parse_scan_page}
    for name, parse in pages.items():
        page = read(parse, document)
        if page is not None:
            assert [item.id for item in page[0]] == [item["id"] for item in document.get(name, [])]
    found = read(parse_vulnerability_page, document)
    if found is not None:
        listed = document.get("vulnerabilities", [])
        assert [one.id for one in found[0]] == [item["package"]["name"] for item in listed]
        assert [one.severity.name for one in found[0]] == [item["severity"] for item in listed]
        assert all(
            one.fixed_by is None or item["package"]["fixedBy"] for one, item in zip(found[0], listed, strict=True)
        )


def check_index(body: bytes, document: Any) -> None:
    """An index has a child for each entry that is an image, and nothing is read that is not what was asked for."""
    digest = Digest(f"sha256:{hashlib.sha256(body).hexdigest()}")
    assert read(lambda _: parse_index(body, DIGEST), document) is None, "another manifest than was asked for"
    children = read(lambda _: parse_index(body, digest), document)
    if children is None:
        return
    entries = [entry for entry in document["manifests"] if not says_something(entry["platform"])]
    assert len(children) == len(entries), "an entry that was overlooked"
    for (platform, child), entry in zip(children, entries, strict=True):
        assert child == entry["digest"]
        assert platform.startswith(f"{entry['platform']['os']}/{entry['platform']['architecture']}")


def says_something(platform: dict[str, Any]) -> bool:
    """Tell whether an entry is no image, but a statement about one."""
    return (platform["os"], platform["architecture"]) == ("unknown", "unknown") and not platform.get("variant")
