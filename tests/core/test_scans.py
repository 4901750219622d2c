"""Judging a finished scan: its counts, its age, what does not count, and the grace for new findings."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW, PINNED, SCAN_ID, counts, image, scan, scanned, vulnerability
from tests.judgements import STRICT, USUAL_AGE, judged
from webhook.core.evidence import (
    SEVERITIES,
    Counts,
    Evidence,
    Listed,
    Severity,
    Unlisted,
)
from webhook.core.exemptions import Exceptions, Grounds, IgnoredVulnerability
from webhook.core.judging import judge
from webhook.core.limits import Excess, counted, excesses
from webhook.core.policy import Absent, Action, Limits, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding


@pytest.mark.parametrize("name", SEVERITIES)
@pytest.mark.parametrize(
    ("count", "limit", "over"),
    [
        (0, 0, False),
        (1, 0, True),
        (1, 1, False),
        (2, 1, True),
        (2**63 - 1, 2**63 - 1, False),
        (2**63 - 1, 2**63 - 2, True),
        (2**63 - 1, "unlimited", False),
    ],
)
def test_count_is_held_against_its_limit(name: str, count: int, limit: int, over: bool) -> None:
    """As many as the limit pass, one more does not, for each severity by itself."""
    finding = judged(scanned(counts=counts(**{name: count})), Rule(name="r", limits=Limits(**{name: limit})))

    assert finding.reason is (Reason.OVER_LIMITS if over else Reason.WITHIN_LIMITS)
    assert finding.allowed != over


def test_every_count_over_its_limit_is_told_the_worst_first() -> None:
    """The facts name count, severity and limit of each excess, and the scan."""
    finding = judged(scanned(counts=counts(low=9, critical=3, high=1)), Rule(name="r", limits=Limits(high=1, low=4)))

    assert finding.detail == f"3 critical (limit 0), 9 low (limit 4) in scan {SCAN_ID} of 2026-11-24T11:00:00.000Z"


def test_excesses_are_values() -> None:
    """Each says how many there are, of what, and how many may be."""
    assert excesses(counts(high=2, undefined=1), Limits(undefined="unlimited")) == (Excess("high", 2, 0),)
    assert str(Excess("high", 2, 0)) == "2 high (limit 0)"


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(0), Reason.WITHIN_LIMITS),
        (USUAL_AGE, Reason.WITHIN_LIMITS),
        (USUAL_AGE + timedelta(microseconds=1), Reason.STALE),
        (timedelta(days=400), Reason.STALE),
        (timedelta(days=365 * 2000), Reason.STALE),
        (timedelta(minutes=-5), Reason.WITHIN_LIMITS),
        (timedelta(minutes=-5) - timedelta(microseconds=1), Reason.FUTURE),
        (timedelta(days=-400), Reason.FUTURE),
        (timedelta(days=-365 * 7000), Reason.FUTURE),
    ],
)
def test_scan_must_be_neither_too_old_nor_of_the_future(age: timedelta, reason: Reason) -> None:
    """To the microsecond at both ends, and to the ends of the calendar."""
    assert judged(scanned(scanned_at=NOW - age)).reason is reason


def test_scan_of_any_age_counts_where_none_is_too_old() -> None:
    """Without a greatest age an old scan passes; one of the future still does not."""
    rule = Rule(name="r", max_scan_age=None)

    assert judged(scanned(scanned_at=NOW - timedelta(days=4000)), rule).allowed
    assert judged(scanned(scanned_at=NOW + timedelta(days=1)), rule).reason is Reason.FUTURE


def test_vulnerabilities_are_told_before_the_age() -> None:
    """Of a bad and old scan people hear what is in the image: another scan would not help."""
    finding = judged(scanned(counts=counts(high=1), scanned_at=NOW - timedelta(days=400)))

    assert finding.reason is Reason.OVER_LIMITS


def test_scan_without_counters_is_what_the_rule_takes_it_for() -> None:
    """All zeros left out, or no scan at all; zeros that are there are always zeros."""
    deny = Rule(name="r", absent_counts=Absent.DENY)

    assert judged(scanned(counts=None)).reason is Reason.WITHIN_LIMITS
    assert judged(scanned(counts=None), deny).reason is Reason.UNCOUNTED
    assert judged(scanned(counts=Counts()), deny).allowed
    assert (counted(scan(counts=None), STRICT), counted(scan(counts=None), deny)) == (Counts(), None)


def ruled(evidence: Evidence, ruling: Ruling) -> Finding:
    """Judge an image by its evidence and what the policy says about it, now."""
    return judge(image(PINNED), evidence, ruling, now=NOW)


def ignored(days: int) -> IgnoredVulnerability:
    """Return an ignored vulnerability that ends in some days."""
    grounds = Grounds(reason="not reachable", owner="team-shop", ends=NOW + timedelta(days=days))
    return IgnoredVulnerability(grounds=grounds, id="CVE-2026-1")


LISTED = replace(
    scanned(counts=counts(critical=1)),
    listing=Listed((vulnerability(id="CVE-2026-1", severity=Severity.CRITICAL),)),
)


def test_ignored_vulnerability_lets_an_image_pass() -> None:
    """The facts name it; nothing is said about an end that is far."""
    finding = ruled(LISTED, Ruling(STRICT, Exceptions(ignored=(ignored(30),))))

    assert (finding.action, finding.reason, finding.notices) == (Action.ALLOW, Reason.WITHIN_LIMITS, ())
    assert finding.detail.endswith(" is within the limits without CVE-2026-1")


def test_many_ignored_vulnerabilities_are_not_all_named() -> None:
    """A message stays short; the record has the list."""
    names = [f"CVE-2026-{number}" for number in range(7)]
    listing = Listed(tuple(vulnerability(id=name, severity=Severity.CRITICAL) for name in names))
    evidence = replace(scanned(counts=counts(critical=7)), listing=listing)
    all_ignored = tuple(replace(ignored(30), id=name) for name in names)

    assert ruled(evidence, Ruling(STRICT, Exceptions(ignored=all_ignored))).detail.endswith("CVE-2026-4 and 2 more")


@pytest.mark.parametrize(
    ("days", "reason", "said"), [(3, Reason.WITHIN_LIMITS, "ends"), (-1, Reason.OVER_LIMITS, "ended")]
)
def test_end_of_an_ignored_vulnerability_is_told(days: int, reason: Reason, said: str) -> None:
    """In its last days to whom it helps, and afterwards to whom it would."""
    finding = ruled(LISTED, Ruling(STRICT, Exceptions(ignored=(ignored(days),))))

    assert finding.reason is reason
    assert [notice.split(" on ")[0] for notice in finding.notices] == [f"ignoring CVE-2026-1 {said}"]


def test_totals_decide_where_the_list_cannot_be_had() -> None:
    """And the denial says so."""
    evidence = replace(LISTED, listing=Unlisted("what does not count could not be told: 503"))
    finding = ruled(evidence, Ruling(STRICT, Exceptions(ignored=(ignored(30),))))

    assert finding.reason is Reason.OVER_LIMITS
    assert finding.detail.endswith("; what does not count could not be told: 503")


@pytest.mark.parametrize(
    ("age", "grace", "action", "reason"),
    [
        (timedelta(days=1), timedelta(days=7), Action.WARN, Reason.NEW_FINDINGS),
        (timedelta(days=7), timedelta(days=7), Action.DENY, Reason.OVER_LIMITS),
        (timedelta(days=1), timedelta(0), Action.DENY, Reason.OVER_LIMITS),
        (timedelta(days=32), timedelta(days=60), Action.DENY, Reason.STALE),
        (timedelta(hours=-1), timedelta(days=7), Action.DENY, Reason.FUTURE),
    ],
)
def test_new_findings_have_their_grace(age: timedelta, grace: timedelta, action: Action, reason: Reason) -> None:
    """While it lasts they pass with a warning that names its end; one too old, or of the future, has none."""
    newest = scanned(counts=counts(critical=1), scanned_at=NOW - age)
    evidence = replace(newest, earlier=(scan(scanned_at=NOW - age - timedelta(days=2)),))
    finding = ruled(evidence, Ruling(Rule(name="r", new_findings_grace=grace)))

    assert (finding.action, finding.reason) == (action, reason)
    assert ("admitted until 2026-11-30T12:00:00.000Z" in finding.detail) == (reason is Reason.NEW_FINDINGS)
