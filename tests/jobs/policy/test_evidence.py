"""The evidence of a case is what a gate would find out."""

from typing import Any, get_args

import pytest

from tests.builders import PINNED
from tests.jobs.policy.samples import CLEAN, case_file, policy
from webhook.core.evidence import Counts, Evidence, NotAsked, Scanned, Unlisted, Unusable
from webhook.core.reasons import Reason
from webhook.errors import Invalid
from webhook.jobs.policy.cases import NoScan
from webhook.jobs.policy.evidence import RESOLVED, evidence_of


def found(case: dict[str, Any], **rule: Any) -> Evidence:
    """Return what is known about the image of a case under a rule."""
    [understood] = case_file(CLEAN | case).cases
    ruling = policy({"name": "default", **rule}).ruling(understood.workload, None, understood.image.known_reference)
    return evidence_of(understood, ruling)


def scanned(case: dict[str, Any], **rule: Any) -> Scanned:
    """Return a scan, which must be known."""
    evidence = found(case, **rule)
    assert isinstance(evidence, Scanned), evidence
    return evidence


def test_scan() -> None:
    """A scan is finished, an hour old, and counts what the case says."""
    evidence = scanned({"scan": {"counts": {"high": 2}}})
    assert evidence.scan.counts == Counts(high=2)
    assert evidence.scan.status == "READY"


def test_counts_of_the_vulnerabilities() -> None:
    """Counts that are left out are those of the vulnerabilities; without them, the scan has no counters."""
    findings = [{"id": "CVE-2026-1", "severity": "low"}, {"id": "CVE-2026-2", "severity": "high", "fixedBy": "2"}]
    assert scanned({"scan": {"vulnerabilities": findings}}).scan.counts == Counts(low=1, high=1)
    assert scanned({"scan": {}}).scan.counts is None


def test_details_are_asked_for_as_a_gate_asks() -> None:
    """Vulnerabilities and earlier scans count only where a limit is exceeded and the rule has a use for them."""
    scan = {"counts": {"high": 1}, "earlier": [{"age": "48h"}]}
    assert scanned({"scan": scan}).earlier is None
    assert len(scanned({"scan": scan}, newFindingsGrace="24h").earlier or ()) == 1
    assert isinstance(scanned({"scan": scan}, onlyFixable=True).listing, Unlisted)


@pytest.mark.parametrize(("status", "gap"), [("RUNNING", "unfinished"), ("ERROR", "failed"), ("ODD", "unknown-status")])
def test_status(status: str, gap: str) -> None:
    """A scan that is not finished is no evidence."""
    evidence = found({"scan": {"status": status}})
    assert isinstance(evidence, Unusable)
    assert evidence.gap == gap


@pytest.mark.parametrize("gap", get_args(NoScan))
def test_reasons_for_no_scan(gap: str) -> None:
    """Each reason that a case may name is the one that is given."""
    evidence = found({"scan": None, "noScan": gap})
    assert isinstance(evidence, Unusable)
    assert evidence.gap == gap


def test_nothing_is_known() -> None:
    """An image of which a case says nothing has no scan."""
    evidence = found({"scan": None})
    assert isinstance(evidence, Unusable)
    assert evidence.gap is Reason.MISSING


@pytest.mark.parametrize(("image", "gap"), [("cr.yandex/a/b:1", "unpinned"), ("CR.yandex/A@b", "invalid-reference")])
def test_what_the_name_gives_goes_first(image: str, gap: str) -> None:
    """A gate that cannot tell which image is meant asks nobody: a case cannot say otherwise."""
    evidence = found({"image": image, "scan": None, "noScan": "unavailable"})
    assert isinstance(evidence, Unusable)
    assert evidence.gap == gap


def test_tag_that_is_resolved() -> None:
    """A tag of the registry names some image where the rule has it resolved."""
    assert scanned({"image": "cr.yandex/a/b:1"}, onUnpinned="resolve").digest == RESOLVED
    assert scanned({"image": PINNED}, requireLatest=True).digest != RESOLVED


def test_rule_that_does_not_look() -> None:
    """Nothing is looked up where the rule decides without a scan."""
    assert found({}, action="deny") == NotAsked()


def test_nothing_is_scanned() -> None:
    """A rule that would have missing scans made finds nothing more in a case."""
    assert found({"scan": None}, scanOnMissing=True) == found({"scan": None})


@pytest.mark.parametrize("scan", [{"age": "old"}, {"age": "999999999h"}, {"scannedAt": "yesterday"}])
def test_times_that_are_none(scan: dict[str, Any]) -> None:
    """An age that is none is told."""
    with pytest.raises(Invalid):
        found({"scan": scan})
