"""What a record says of evidence: enough to judge it again."""

from dataclasses import replace

from tests.builders import NOW, SCAN_ID, counts, scan, scanned, vulnerability
from webhook.core.evidence import Listed, NotAsked, Severity, Unlisted
from webhook.core.evidence_records import MAX_EARLIER, MAX_VULNERABILITIES, render_evidence

FOUND = vulnerability(id="CVE-2026-1", severity=Severity.HIGH, package="perl", fixed_by=None)


def test_findings_are_recorded_where_they_were_asked_for() -> None:
    """With what a policy can tell them apart by."""
    record = render_evidence(replace(scanned(), listing=Listed((FOUND,))))

    assert record["vulnerabilities"] == [{"id": "CVE-2026-1", "severity": "high", "package": "perl", "fixedBy": None}]
    assert record["vulnerabilitiesListed"] == 1


def test_findings_that_nobody_had_are_not_an_empty_list() -> None:
    """Null says that they are not known."""
    for listing in (None, Unlisted("503")):
        record = render_evidence(replace(scanned(), listing=listing))
        assert (record["vulnerabilities"], record["vulnerabilitiesListed"]) == (None, None)


def test_lists_are_bounded_and_say_how_long_they_are() -> None:
    """A record is a line of a log."""
    listing = Listed((FOUND,) * (MAX_VULNERABILITIES + 1))
    record = render_evidence(replace(scanned(), listing=listing, earlier=(scan(),) * (MAX_EARLIER + 1)))

    assert len(record["vulnerabilities"]) == MAX_VULNERABILITIES
    assert record["vulnerabilitiesListed"] == MAX_VULNERABILITIES + 1
    assert len(record["earlierScans"]) == MAX_EARLIER


def test_earlier_scans_are_recorded() -> None:
    """With when they were and what they found."""
    before = (scan(counts=counts(low=1), scanned_at=NOW), scan(counts=None, scanned_at=None))
    first, second = render_evidence(replace(scanned(), earlier=before))["earlierScans"]

    assert (first["scanResultId"], first["scannedAt"]) == (SCAN_ID, "2026-11-24T12:00:00.000Z")
    assert first["counts"]["low"] == 1
    assert (second["scannedAt"], second["counts"]) == (None, None)


def test_image_that_nobody_looked_up_has_no_scan() -> None:
    """Every field is there all the same."""
    record = render_evidence(NotAsked())

    assert record.keys() == render_evidence(scanned()).keys()
    assert record["scanResultId"] is None
