"""Counts beside their limits: what does not count, and the grace for new findings."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import NOW, counts, scan, scanned
from webhook.core.evidence import SEVERITIES, Counts, Listed, Scan, Scanned, Severity, Vulnerability
from webhook.core.exemptions import Exceptions, Grounds, IgnoredVulnerability
from webhook.core.limits import Relief, grace_end, relieve
from webhook.core.lookup import ScanId
from webhook.core.patterns import NamePattern
from webhook.core.policy import Counting, Limits, Rule, Ruling
from webhook.core.vulnerabilities import tally

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def found(
    identifier: str = "CVE-1", severity: str = "critical", package: str = "a", fix: str | None = "2"
) -> Vulnerability:
    """Return a finding."""
    return Vulnerability(
        id=identifier,
        severity=Severity(severity),
        package=package,
        version="1",
        fixed_by=fix,
        origin="os",
        type="debian",
    )


def ignoring(identifier: str, *packages: str, days: int = 30) -> IgnoredVulnerability:
    """Return an ignored vulnerability that ends in some days."""
    grounds = Grounds(reason="not reachable", owner="team-shop", ends=NOW + days * DAY)
    return IgnoredVulnerability(grounds=grounds, id=identifier, packages=tuple(map(NamePattern, packages)))


def relieved(
    total: Counts, *listed: Vulnerability, ignored: tuple[IgnoredVulnerability, ...] = (), **rule: object
) -> Relief:
    """Return what is left of *total*."""
    ruling = Ruling(Rule(name="r", **rule), Exceptions(ignored=ignored))  # type: ignore[arg-type]
    return relieve(total, Listed(listed), ruling, NOW)


def test_ignored_vulnerability_does_not_count() -> None:
    """In the packages that are named; whoever is owed that to is known."""
    ignored = ignoring("CVE-1", "a")
    relief = relieved(counts(critical=3), found(), found(package="b"), found("CVE-2"), ignored=(ignored,))

    assert relief == Relief(counts(critical=2), (ignored,))


def test_exception_that_has_ended_counts_no_longer() -> None:
    """It is told apart from one that never mattered."""
    ended, other = ignoring("CVE-1", days=-1), ignoring("CVE-9", days=-1)

    assert relieved(counts(critical=1), found(), ignored=(ended, other)) == Relief(counts(critical=1), (), (ended,))


def test_only_what_has_a_fix_counts_where_a_rule_says_so() -> None:
    """Without a fix nobody can do anything about it."""
    total, listed = counts(critical=1, high=1), (found(), found("CVE-2", "high", fix=None))

    assert relieved(total, *listed, only_fixable=True).counts == counts(critical=1)
    assert relieved(total, *listed).counts == total


def test_each_cve_counts_once_where_a_rule_says_so() -> None:
    """At its worst severity, however many packages have it."""
    listed = (found(), found(package="b"), found(package="c", severity="high"), found("CVE-2", "high"))

    assert relieved(counts(critical=2, high=2), *listed, counting=Counting.DISTINCT).counts == counts(
        critical=1, high=1
    )


def test_what_the_list_does_not_have_stays_counted() -> None:
    """A list that is shorter than the scanner's count cannot open anything."""
    assert relieved(counts(critical=5), found(), ignored=(ignoring("CVE-1"),)).counts == counts(critical=4)
    assert relieved(counts(critical=5), only_fixable=True).counts == counts(critical=5)


def test_what_the_list_has_counts_even_where_it_is_longer_than_the_count() -> None:
    """Findings that do not count do not make up for those that do."""
    listed = [found("CVE-1"), *[found("CVE-2", fix=None)] * 3]

    assert relieved(counts(critical=2), *listed, only_fixable=True).counts == counts(critical=1)


LISTS = st.lists(
    st.builds(
        found,
        st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]),
        st.sampled_from(SEVERITIES),
        st.sampled_from("ab"),
        st.sampled_from([None, "2"]),
    ),
    max_size=8,
)
IGNORED = st.sampled_from(
    [(), (ignoring("CVE-1"),), (ignoring("CVE-1", "a"), ignoring("CVE-2")), (ignoring("CVE-3", days=-1),)]
)


@given(LISTS, LISTS, IGNORED, st.booleans(), st.sampled_from(Counting))
def test_relief_never_adds_and_more_findings_never_lower(
    listed: list[Vulnerability],
    more: list[Vulnerability],
    ignored: tuple[IgnoredVulnerability, ...],
    fixable: bool,
    counting: Counting,
) -> None:
    """Counts only go down from the scanner's, never below zero, and a longer list is never better."""
    less = relieved(
        tally(listed, distinct=False), *listed, ignored=ignored, only_fixable=fixable, counting=counting
    ).counts
    both = [*listed, *more]
    total = tally(both, distinct=False)
    worse = relieved(total, *both, ignored=ignored, only_fixable=fixable, counting=counting).counts

    assert all(0 <= getattr(worse, name) <= getattr(total, name) for name in SEVERITIES)
    assert sum(getattr(worse, name) for name in SEVERITIES) >= sum(getattr(less, name) for name in SEVERITIES)
    assert worse.critical >= less.critical


def earlier(days: float, critical: int, number: int = 0) -> Scan:
    """Return a scan that was made some days ago."""
    return scan(id=ScanId(f"che{number}"), scanned_at=NOW - days * DAY, counts=counts(critical=critical))


def after(*scans: Scan, days: float = 0) -> Scanned:
    """Return a scan of *days* ago that found something, after *scans*."""
    newest = scanned(scanned_at=NOW - days * DAY, counts=counts(critical=1))
    return Scanned(
        scan=newest.scan, scanned_at=newest.scanned_at, digest=newest.digest, source=newest.source, earlier=scans
    )


GRACE = Rule(name="r", new_findings_grace=WEEK)


@pytest.mark.parametrize(
    ("evidence", "end"),
    [
        (after(), None),
        (after(earlier(3, 1)), None),
        (after(earlier(3, 0)), NOW + WEEK),
        (after(earlier(3, 0), days=1), NOW - DAY + WEEK),
        (after(earlier(3, 1), earlier(2, 1), earlier(5, 0)), NOW - 3 * DAY + WEEK),
        (after(earlier(5, 1), earlier(4, 0), earlier(3, 1), earlier(2, 0), earlier(1, 1)), NOW - DAY + WEEK),
        (after(earlier(-1, 0)), None),
        (after(earlier(0, 0)), None),
        (after(earlier(3, 0), earlier(3, 1)), NOW - 3 * DAY + WEEK),
        (after(earlier(50, 0), earlier(3, 0)), NOW + WEEK),
        (after(earlier(36, 0)), NOW + DAY),
        (after(earlier(40, 0)), NOW - 3 * DAY),
        (after(scan(scanned_at=None)), None),
        (after(scan(scanned_at=NOW - DAY, counts=None)), None),
    ],
)
def test_grace_runs_from_the_first_scan_that_was_over(evidence: Scanned, end: datetime | None) -> None:
    """After the last one that was not; without an earlier one within the limits there is none. It is no later than
    the earlier scan would have counted, by as much: scans in between may be gone.
    """
    assert grace_end(evidence, GRACE) == end


def test_without_a_grace_time_there_is_none() -> None:
    """And without an age limit the earlier scan may be of any age."""
    evidence = after(earlier(400, 0))

    assert grace_end(evidence, Rule(name="r")) is None
    assert grace_end(evidence, Rule(name="r", new_findings_grace=WEEK, max_scan_age=None)) == NOW + WEEK


def test_earlier_scans_are_held_to_the_limits_of_the_rule() -> None:
    """What was within them then is what the rule lets pass now."""
    lenient = Rule(name="r", new_findings_grace=WEEK, limits=Limits(critical=2))

    assert grace_end(after(earlier(3, 2)), lenient) == NOW + WEEK
    assert grace_end(after(earlier(3, 3)), lenient) is None
