"""Judging a finished scan: what it counts, and how old it is.

Exactly one branch here says that an image is within limits.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from webhook.core.evidence import Counts, Listed, Scanned, Unlisted
from webhook.core.exemptions import IgnoredVulnerability
from webhook.core.limits import Relief, counted, excesses, grace_end, relieve
from webhook.core.policy import Action, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.times import render_time
from webhook.core.verdict import Judgement

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the scanner's clock may run ahead of ours before a scan is taken to be of the future."""

MAX_IDS = 5
"""Ignored vulnerabilities that a message names."""


def judge_scan(evidence: Scanned, ruling: Ruling, now: datetime) -> Judgement:
    """Judge a finished scan by its counts and its age."""
    scan = f"scan {evidence.scan.id} of {render_time(evidence.scanned_at)}"
    counts = counted(evidence.scan, ruling.rule)
    if counts is None:
        return Judgement(Action.DENY, Reason.UNCOUNTED, f"{scan} has no counters")
    by_count = _judge_counts(counts, evidence, scan, ruling, now)
    if by_count.action is Action.DENY:
        return by_count
    aged = _judge_age(evidence, ruling.rule, scan, now)
    return by_count if aged is None else replace(aged, notices=by_count.notices)


def _judge_age(evidence: Scanned, rule: Rule, scan: str, now: datetime) -> Judgement | None:
    """Return why a scan cannot count, young or old as it is; None where it can."""
    if evidence.scanned_at > now + CLOCK_TOLERANCE:
        return Judgement(Action.DENY, Reason.FUTURE, f"{scan} is dated in the future")
    if rule.max_scan_age is not None and now - evidence.scanned_at > rule.max_scan_age:
        oldest = rule.max_scan_age.total_seconds() / 3600
        return Judgement(Action.DENY, Reason.STALE, f"{scan} is older than {oldest:g} hours")
    return None


def _judge_counts(counts: Counts, evidence: Scanned, scan: str, ruling: Ruling, now: datetime) -> Judgement:
    relief = Relief(counts)
    if isinstance(evidence.listing, Listed) and excesses(counts, ruling.rule.limits):
        relief = relieve(counts, evidence.listing, ruling, now)
    notices = _notices(relief, now) if relief.ignored or relief.ended else ()
    over = ", ".join(map(str, excesses(relief.counts, ruling.rule.limits)))
    if not over:
        without = f" without {_ids(relief.ignored)}" if relief.ignored else ""
        return Judgement(Action.ALLOW, Reason.WITHIN_LIMITS, f"{scan} is within the limits{without}", notices)
    end = grace_end(evidence, ruling.rule)
    if end is not None and now < end:
        detail = f"{over} in {scan}, and not in an earlier one; admitted until {render_time(end)}"
        return Judgement(Action.WARN, Reason.NEW_FINDINGS, detail, notices)
    unlisted = f"; {evidence.listing.detail}" if isinstance(evidence.listing, Unlisted) else ""
    return Judgement(Action.DENY, Reason.OVER_LIMITS, f"{over} in {scan}{unlisted}", notices)


def _ids(ignored: Sequence[IgnoredVulnerability]) -> str:
    """Name the first few; the audit record has the list."""
    names = ", ".join(one.id for one in ignored[:MAX_IDS])
    return names if len(ignored) <= MAX_IDS else f"{names} and {len(ignored) - MAX_IDS} more"


def _notices(relief: Relief, now: datetime) -> tuple[str, ...]:
    exceptions = (*relief.ignored, *relief.ended)
    notices = list(filter(None, (one.grounds.notice(f"ignoring {one.id}", now) for one in exceptions)))
    more = [f"{len(notices) - MAX_IDS} more exceptions end soon, or have ended"] if len(notices) > MAX_IDS else []
    return (*notices[:MAX_IDS], *more)
