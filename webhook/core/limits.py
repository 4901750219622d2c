"""Counts beside their limits: what is over, what does not count, and how long new findings are put up with."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from msgspec.structs import astuple

from webhook.core.evidence import SEVERITIES, Counts, Listed, Scan, Scanned, Vulnerability
from webhook.core.exemptions import IgnoredVulnerability
from webhook.core.policy import UNLIMITED, Absent, Counting, Limits, Rule, Ruling
from webhook.core.vulnerabilities import tally


@dataclass(frozen=True, slots=True)
class Excess:
    """A count that is over its limit."""

    severity: str
    count: int
    limit: int

    def __str__(self) -> str:
        """Write it for people: `3 critical (limit 0)`."""
        return f"{self.count} {self.severity} (limit {self.limit})"


def excesses(counts: Counts, limits: Limits) -> tuple[Excess, ...]:
    """Return every count that is over its limit, the worst severity first."""
    triples = zip(SEVERITIES, astuple(counts), astuple(limits), strict=True)
    # No limit is below 0, so most of a clean scan is done with at the first look.
    return tuple(
        [Excess(name, count, limit) for name, count, limit in triples if count and limit != UNLIMITED and count > limit]
    )


def counted(scan: Scan, rule: Rule) -> Counts | None:
    """Return the counts of a finished scan; None where it has none and the rule does not take that for zero."""
    if scan.counts is not None:
        return scan.counts
    match rule.absent_counts:
        case Absent.ZERO:
            return Counts()
        case Absent.DENY:
            return None
        case _:
            assert_never(rule.absent_counts)


@dataclass(frozen=True, slots=True)
class Relief:
    """What is left of a scan's counts, and whom that is owed to."""

    counts: Counts
    ignored: tuple[IgnoredVulnerability, ...] = ()
    """Those in force that cover a finding."""
    ended: tuple[IgnoredVulnerability, ...] = ()
    """Those that have ended and would cover one."""


def relieve(counts: Counts, listed: Listed, ruling: Ruling, now: datetime) -> Relief:
    """Take off *counts* what the policy does not count.

    What is taken off is only what the list shows: a finding that the list does not have stays counted.
    """
    packages: defaultdict[str, set[str]] = defaultdict(set)
    for found in listed.vulnerabilities:
        packages[found.id].add(found.package)
    covering = [one for one in ruling.exceptions.ignored if any(one.covers(one.id, name) for name in packages[one.id])]
    used = tuple(one for one in covering if not one.grounds.ended(now))
    by_id: defaultdict[str, list[IgnoredVulnerability]] = defaultdict(list)
    for one in used:
        by_id[one.id].append(one)
    kept = [found for found in listed.vulnerabilities if _counts(found, ruling.rule, by_id[found.id])]
    before = tally(listed.vulnerabilities, distinct=False)
    after = tally(kept, distinct=ruling.rule.counting is Counting.DISTINCT)
    left = {name: _left(*(getattr(one, name) for one in (counts, before, after))) for name in SEVERITIES}
    ended = tuple(one for one in covering if one.grounds.ended(now))
    return Relief(Counts(**left), used, ended)


def _left(total: int, listed: int, kept: int) -> int:
    """Return how many count of *total*: those kept of the list, and those that the list does not have."""
    return min(total, kept + max(0, total - listed))


def _counts(found: Vulnerability, rule: Rule, ignored: Iterable[IgnoredVulnerability]) -> bool:
    if rule.only_fixable and found.fixed_by is None:
        return False
    return not any(one.covers(found.id, found.package) for one in ignored)


def grace_end(evidence: Scanned, rule: Rule) -> datetime | None:
    """Return until when a scan that is over the limits is put up with; None where no earlier one was within them.

    The time runs from the first scan that was over them after the last one that was not. Scans in between may
    be gone from the registry, so it ends at the latest when the earlier scan would have been too old, by as much.
    """
    earlier = sorted(
        (scan.scanned_at, not excesses(scan.counts, rule.limits))
        for scan in evidence.earlier or ()
        if scan.scanned_at is not None and scan.counts is not None and scan.scanned_at < evidence.scanned_at
    )
    within = [at for at, passed in earlier if passed]
    if not within or not rule.new_findings_grace:
        return None
    begun = min((at for at, passed in earlier if at >= within[-1] and not passed), default=evidence.scanned_at)
    end = begun + rule.new_findings_grace
    return end if rule.max_scan_age is None else min(end, within[-1] + rule.max_scan_age + rule.new_findings_grace)
