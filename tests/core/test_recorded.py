"""Records, read back: a decision can be made again from what its record says."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import PINNED, parsed, pod, review
from tests.records import line_about, line_for, line_of, line_with, recorded
from tests.situations import SITUATIONS, scanned_as
from webhook.core.evidence import (
    Listed,
    NotAsked,
    Scanned,
    Severity,
    Unlisted,
    Unusable,
    Vulnerability,
)
from webhook.core.matching import Workload
from webhook.core.pods import Malformed
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.recorded import parse_record
from webhook.core.records import MAX_TEXT, render_line
from webhook.core.workloads import POD
from webhook.errors import InvalidRecord


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_is_read_back(reason: Reason) -> None:
    """The images, and the whose they are, are those of the review."""
    situation = SITUATIONS[reason]
    found = recorded(situation)
    verdict = situation.verdict()
    assert found.workload == Workload(namespace="shop", kind=POD, service_account="default")
    assert found.account_known
    assert [one.image.text for one in found.images] == [finding.image.text for finding in verdict.findings]
    for one, finding in zip(found.images, verdict.findings, strict=True):
        assert isinstance(one.image.reference, Malformed) == isinstance(finding.image.reference, Malformed)
        if not isinstance(one.image.reference, Malformed):
            assert one.image.reference == finding.image.reference


def test_findings_and_earlier_scans_are_read_back() -> None:
    """Everything that a policy may ask further is there again."""
    usual = recorded(scanned_as()).images[0].evidence
    assert isinstance(usual, Scanned)
    earlier = replace(usual.scan, scanned_at=usual.scanned_at - timedelta(days=1), counts=None)
    finding = Vulnerability(id="CVE-2026-1", severity=Severity.HIGH, package="zlib", fixed_by="1.3")
    for listing in (None, Unlisted("the registry answered 503"), Listed((finding,))):
        whole = replace(usual, listing=listing, earlier=(earlier,))
        assert parse_record(line_with(whole)).images[0].evidence == whole


def test_what_was_cut_off_is_not_taken_for_the_whole() -> None:
    """A list of which a record holds a part, or may hold a part, is as good as none."""
    usual = recorded(scanned_as()).images[0].evidence
    assert isinstance(usual, Scanned)
    finding = Vulnerability(id="CVE-2026-1", severity=Severity.HIGH, package="zlib", fixed_by=None)
    long = replace(usual, listing=Listed((finding,) * 501), earlier=(usual.scan,) * 20)
    assert parse_record(line_with(long)).images[0].evidence == usual


def test_record_of_an_older_gate() -> None:
    """Without the newer fields a single reason still says what was known; an exemption hides it."""
    added = ("gap", "gapDetail", "registry", "unlisted", "earlierScans", "vulnerabilities", "vulnerabilitiesListed")
    for reason, evidence in (
        (Reason.OVER_LIMITS, Scanned),
        (Reason.MISSING, Unusable),
        (Reason.UNPINNED, Unusable),
        (Reason.EXEMPTED, type(None)),
    ):
        document = msgspec.json.decode(line_for(reason))
        document.pop("namespaceLabels")
        document["request"].pop("serviceAccount")
        document["images"] = [
            {name: value for name, value in one.items() if name not in added} for one in document["images"]
        ]
        found = parse_record(msgspec.json.encode(document))
        assert not found.account_known
        assert type(found.images[0].evidence) is evidence


def test_field_of_a_newer_gate_is_left_out() -> None:
    """Fields may be added: who does not know one reads the others."""
    document = msgspec.json.decode(line_for(Reason.STALE)) | {"novelty": {"a": [1]}}
    assert parse_record(msgspec.json.encode(document)) == recorded(SITUATIONS[Reason.STALE])


@pytest.mark.parametrize("outcome", [*Exempt, *Fault], ids=str)
def test_decision_without_a_verdict_has_no_images(outcome: Exempt | Fault) -> None:
    """It is read, and there is nothing to judge."""
    for asked in (None, parsed(review(pod(PINNED)))):
        assert parse_record(line_of(asked, outcome)).images == ()


def test_name_with_half_of_a_character() -> None:
    """What a stranger writes into a name hides no record."""
    line = line_about(scanned_as()).replace(b'"web"', b'"\\ud800"')
    assert parse_record(line).workload.namespace == "shop"


BREAKS: dict[str, Callable[[Any, Any], object]] = {
    "count": lambda _, one: one["counts"].pop("critical"),
    "negative": lambda _, one: one["counts"].update(critical=-1),
    "scan": lambda _, one: one.update(scannedAt=None),
    "request": lambda record, _: record.update(request=None),
    "gap": lambda _, one: one.update(gap="within-limits"),
    "namespace": lambda record, _: record["request"].update(namespace="n" * MAX_TEXT),
    "version": lambda record, _: record.update(apiVersion="scangate.dev/v2"),
    "zone": lambda record, _: record.update(time="2026-11-24T12:00:00"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_record_that_is_wrong_is_refused(name: str) -> None:
    """Nothing is taken for granted: a count that is left out is not zero."""
    document = msgspec.json.decode(line_for(Reason.OVER_LIMITS))
    BREAKS[name](document, document["images"][0])
    with pytest.raises(InvalidRecord):
        parse_record(render_line(document))


@settings(max_examples=300)
@given(st.binary() | st.integers(0, 1500).map(lambda end: line_for(Reason.OVER_LIMITS)[:end]))
def test_no_line_raises_anything_else(line: bytes) -> None:
    """Whatever a line is, it is a record or it is refused as none."""
    with suppress(InvalidRecord):
        assert isinstance(parse_record(line).record.time, datetime)


@pytest.mark.parametrize("changes", [{"registry": None}, {"reference": "Not An Image"}])
def test_image_that_cannot_be_read_any_more_is_not_one_that_nobody_looked_up(changes: dict[str, Any]) -> None:
    """It may be any image, and no rule lets it pass."""
    record = msgspec.json.decode(line_with(NotAsked()))
    record["images"][0] |= changes
    [found] = parse_record(msgspec.json.encode(record)).images

    assert isinstance(found.image.reference, Malformed)
    assert isinstance(found.evidence, Unusable)
    assert found.evidence.gap is Reason.INVALID_REFERENCE


def test_reason_of_another_version_says_nothing_of_an_old_record() -> None:
    """What was known of the image is then not known."""
    record = msgspec.json.decode(line_with(Unusable(gap=Reason.MISSING, detail="none")))
    del record["images"][0]["gap"]
    record["images"][0]["reason"] = "newer-than-this"

    assert parse_record(msgspec.json.encode(record)).images[0].evidence is None
