"""Judging a finished scan: what is said about it, word for word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW, SCAN_ID, counts, scanned, vulnerability
from tests.core.test_scans import LISTED, ignored, ruled
from tests.judgements import STRICT, judged
from webhook.core.evidence import Listed, Severity
from webhook.core.exemptions import Exceptions
from webhook.core.policy import Absent, Action, Limits, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding

SCAN = f"scan {SCAN_ID} of 2026-11-24T11:00:00.000Z"


def test_scan_within_the_limits_says_no_more() -> None:
    """Its name and its time."""
    assert judged(scanned()).detail == f"{SCAN} is within the limits"


def test_scan_that_does_not_count_is_refused() -> None:
    """Without counters, of the future, or too old: by how many hours is said."""
    findings = [
        judged(scanned(counts=None), Rule(name="r", absent_counts=Absent.DENY)),
        judged(scanned(scanned_at=NOW + timedelta(days=1))),
        judged(scanned(), Rule(name="r", max_scan_age=timedelta(minutes=30))),
    ]

    assert [one.action for one in findings] == [Action.DENY] * 3
    assert findings[0].detail == f"{SCAN} has no counters"
    assert findings[2].detail == f"{SCAN} is older than 0.5 hours"


def test_nothing_is_taken_off_counts_that_are_within_the_limits() -> None:
    """A finding that is listed and ignored is not spoken of where it makes no difference."""
    rule = Rule(name="r", limits=Limits(critical=1))
    finding = ruled(LISTED, Ruling(rule, Exceptions(ignored=(ignored(3),))))

    assert (finding.detail, finding.notices) == (f"{SCAN} is within the limits", ())


def finding_of(number: int, days: int) -> Finding:
    """Judge a scan that found so many vulnerabilities, each of which is ignored for some days more."""
    names = [f"CVE-2026-{place}" for place in range(number)]
    listing = Listed(tuple(vulnerability(id=name, severity=Severity.CRITICAL) for name in names))
    evidence = replace(scanned(counts=counts(critical=number)), listing=listing)
    exceptions = Exceptions(ignored=tuple(replace(ignored(days), id=name) for name in names))
    return ruled(evidence, Ruling(STRICT, exceptions))


@pytest.mark.parametrize(("number", "said"), [(4, "CVE-2026-3"), (5, "CVE-2026-4"), (6, "CVE-2026-4 and 1 more")])
def test_five_ignored_vulnerabilities_are_named(number: int, said: str) -> None:
    """And the rest is counted."""
    finding = finding_of(number, days=30)

    assert finding.reason is Reason.WITHIN_LIMITS
    assert finding.detail.endswith(said)
    assert not finding.notices


@pytest.mark.parametrize(("number", "more"), [(5, []), (6, ["1 more exceptions end soon, or have ended"])])
def test_five_ends_are_spoken_of(number: int, more: list[str]) -> None:
    """And the rest is counted."""
    notices = finding_of(number, days=3).notices

    assert [one.partition(" ends on ")[0] for one in notices[:5]] == [f"ignoring CVE-2026-{n}" for n in range(5)]
    assert list(notices[5:]) == more
