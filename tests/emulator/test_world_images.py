"""Images and scans of a world file."""

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.serving import NOW, one_image
from webhook.emulator.ids import digest_of
from webhook.emulator.manifests import image_manifest, index_manifest
from webhook.emulator.world import Image, ScanStatus, Severity
from webhook.emulator.world_file import parse_world
from webhook.errors import InvalidDocument

DIGEST = "sha256:" + "1f" * 32


def image(**fields: Any) -> Image:
    """Return the one image of a world file."""
    return parse_world(one_image(**fields), now=NOW).images[0]


def test_what_is_left_out_is_filled_in() -> None:
    """A name is enough: id and digest follow from it, the same each time."""
    bare = {"images": [{"name": "crp1/a"}]}
    first, second = (parse_world(bare, now=NOW).images[0] for _ in range(2))

    assert first == second
    assert len(first.id) == 20
    assert first.digest == digest_of(image_manifest(first.id))


def test_a_digest_that_is_written_stays() -> None:
    """The digest of the file is the digest of the image."""
    assert image(digest=DIGEST).digest == DIGEST


def test_a_scan_is_finished_an_hour_ago_unless_it_says_otherwise() -> None:
    """A scan needs no field at all."""
    scan = image(scans=[{}]).scans[0]

    assert (scan.status, scan.scanned_at) == (ScanStatus.READY, NOW - timedelta(hours=1))
    assert scan.counts == {}


def test_an_image_is_older_than_its_scans() -> None:
    """The time of creation, where it is not written, comes before the oldest scan."""
    made = image(scans=[{"scannedAt": "3d ago"}, {"scannedAt": "2h ago"}])

    assert made.created_at < min(scan.started_at for scan in made.scans)
    assert image(createdAt="2026-01-01T00:00:00Z").created_at.year == 2026


def test_findings_are_counted() -> None:
    """Counters that are left out are those of the findings; a link is made up."""
    finding = {"name": "CVE-2026-1", "severity": "HIGH", "package": "a"}
    scan = image(scans=[{"findings": [finding, finding | {"package": "b", "link": ""}]}]).scans[0]

    assert scan.counts == {Severity.HIGH: 2}
    assert [one.link for one in scan.findings] == ["https://avd.aquasec.com/nvd/cve-2026-1", ""]


def test_findings_may_be_a_part_of_what_was_counted() -> None:
    """Counters that are written count, as long as they are not below the findings."""
    finding = {"name": "CVE-2026-1", "severity": "HIGH", "package": "a"}
    scan = image(scans=[{"findings": [finding], "vulnerabilities": {"high": 9}}]).scans[0]

    assert scan.counts[Severity.HIGH] == 9
    with pytest.raises(InvalidDocument, match=r"scans\[0\]\.vulnerabilities\.high: must be at least 1"):
        image(scans=[{"findings": [finding], "vulnerabilities": {"low": 9}}])


def test_a_running_scan_may_have_an_end() -> None:
    """`readyAfter` counts from now, and `becomes` says what comes of it."""
    scan = image(scans=[{"status": "RUNNING", "readyAfter": 30, "becomes": "ERROR"}]).scans[0]

    assert (scan.scanned_at, scan.ready_at, scan.outcome) == (None, NOW + timedelta(seconds=30), ScanStatus.ERROR)


def test_the_next_scan_is_described() -> None:
    """`nextScan` has a status, counters and findings of its own."""
    following = image(nextScan={"status": "ERROR", "vulnerabilities": {"low": 1}}).next_scan

    assert following is not None
    assert (following.status, following.counts[Severity.LOW]) == (ScanStatus.ERROR, 1)


def test_an_index_is_made_of_its_platforms() -> None:
    """Its digest is the hash of the manifest that lists its images; tags are its own."""
    platforms = [{"platform": "linux/amd64", "scans": [{}]}, {"platform": "linux/arm64/v8", "digest": DIGEST}]
    index = image(scans=[], platforms=platforms)
    child = index.children[1]

    assert index.is_index
    assert index.digest == digest_of(index_manifest(index.children))
    assert (child.name, child.digest, child.tags) == (index.name, DIGEST, ())
    assert child.platform is not None
    assert (child.platform.os, child.platform.architecture, child.platform.variant) == ("linux", "arm64", "v8")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"digest": "sha256:abc"}, r"images\[0\]\.digest: must be sha256: and 64 of 0-9a-f, or 'computed'"),
        ({"createdAt": "soon"}, r"images\[0\]\.createdAt: must be an RFC 3339 time"),
        ({"scans": [{"scannedAt": "soon"}]}, r"images\[0\]\.scans\[0\]\.scannedAt"),
        ({"scans": [{"status": "RUNNING", "scannedAt": "1h ago"}]}, r"scannedAt: must be left out of a RUNNING scan"),
        ({"scans": [{"readyAfter": 5}]}, r"readyAfter: belongs to a scan that is RUNNING, not 5"),
        ({"platforms": [{"platform": "linux/amd64"}]}, r"images\[0\]\.scans: must be left out of an index"),
        (
            {"platforms": [{"platform": "linux/amd64"}], "scans": [], "digest": DIGEST},
            r"images\[0\]\.digest: must be 'computed' for an index",
        ),
        (
            {"platforms": [{"platform": "linux/amd64"}], "scans": [], "nextScan": {}},
            r"images\[0\]\.scans: must be left out of an index",
        ),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, Any], said: str) -> None:
    """The message names the field and what is right."""
    with pytest.raises(InvalidDocument, match=said):
        image(**fields)
