"""Judging: from the evidence about an image and the rule that applies to it, to yes or no and why.

This is the one set of rules. Exactly one branch here says that an image is within limits.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from webhook.core.evidence import SEVERITIES, Counts, Evidence, Gap, Indexed, Scan, Scanned, Unusable
from webhook.core.images import ImageReference
from webhook.core.pods import Image
from webhook.core.policy import UNLIMITED, Absent, Action, Limits, Mode, OnUnpinned, Rule
from webhook.core.reasons import Reason
from webhook.core.times import render_time

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far the scanner's clock may run ahead of ours before a scan is taken to be of the future."""


_UNPINNED = {
    OnUnpinned.DENY: Action.DENY,
    OnUnpinned.WARN: Action.WARN,
    OnUnpinned.ALLOW: Action.ALLOW,
    OnUnpinned.RESOLVE: Action.DENY,  # it could not be resolved: nobody knows which image this is
}

STRICTEST_FIRST = (Action.DENY, Action.WARN, Action.ALLOW)

Judgement = tuple[Action, Reason, str]
"""What to do, why, and the facts behind it."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A count that is over its limit."""

    severity: str
    count: int
    limit: int

    def __str__(self) -> str:
        """Write it for people: `3 critical (limit 0)`."""
        return f"{self.count} {self.severity} (limit {self.limit})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found about one image, under one rule."""

    image: Image
    evidence: Evidence
    rule: Rule
    action: Action
    reason: Reason
    detail: str
    """The facts behind the reason in a few words, safe to show."""

    @property
    def allowed(self) -> bool:
        """Whether the image may run: it passes, or its rule does not enforce."""
        return self.action is not Action.DENY or self.rule.mode is not Mode.ENFORCE


@dataclass(frozen=True, slots=True)
class Verdict:
    """The findings about all images of a request."""

    findings: tuple[Finding, ...]

    @property
    def allowed(self) -> bool:
        """Whether the request is admitted: every image may run, and there is at least one."""
        return bool(self.findings) and all(finding.allowed for finding in self.findings)

    @property
    def action(self) -> Action:
        """The strictest action of all findings, whatever the mode makes of it."""
        actions = {finding.action for finding in self.findings}
        return next((action for action in STRICTEST_FIRST if action in actions), Action.DENY)

    @property
    def mode(self) -> Mode:
        """The strictest mode of the rules that applied."""
        modes = {finding.rule.mode for finding in self.findings}
        return next((mode for mode in (Mode.ENFORCE, Mode.WARN, Mode.AUDIT) if mode in modes), Mode.ENFORCE)


def judge(image: Image, evidence: Evidence, rule: Rule, *, now: datetime) -> Finding:
    """Judge one image by its evidence. *now* is aware of its zone."""
    action, reason, detail = _judge(evidence, rule, now)
    if reason is Reason.WITHIN_LIMITS and _by_tag(image):
        action, reason, detail = Action.WARN, Reason.RESOLVED_TAG, f"its tag names a digest for now; {detail}"
    return Finding(image=image, evidence=evidence, rule=rule, action=action, reason=reason, detail=detail)


def _by_tag(image: Image) -> bool:
    return isinstance(image.reference, ImageReference) and image.reference.digest is None


def _judge(evidence: Evidence, rule: Rule, now: datetime) -> Judgement:
    match evidence:
        case Scanned():
            return _judge_scan(evidence, rule, now)
        case Unusable():
            return _action_without_scan(evidence.gap, rule), evidence.gap, evidence.detail
        case Indexed():
            return _judge_index(evidence, rule, now)
        case _:
            assert_never(evidence)


def _judge_index(evidence: Indexed, rule: Rule, now: datetime) -> Judgement:
    """Judge every platform's image; the strictest judgement is that of the index."""
    platforms = [(child.platform, _judge(child.evidence, rule, now)) for child in evidence.children]
    platform, (action, reason, detail) = min(platforms, key=lambda judged: STRICTEST_FIRST.index(judged[1][0]))
    return action, reason, f"{platform}: {detail}"


def excesses(counts: Counts, limits: Limits) -> tuple[Excess, ...]:
    """Return every count that is over its limit, the worst severity first."""
    pairs = ((name, getattr(counts, name), getattr(limits, name)) for name in SEVERITIES)
    return tuple(Excess(name, count, limit) for name, count, limit in pairs if limit != UNLIMITED and count > limit)


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


def _judge_scan(evidence: Scanned, rule: Rule, now: datetime) -> Judgement:
    scan = f"scan {evidence.scan.id} of {render_time(evidence.scanned_at)}"
    counts = counted(evidence.scan, rule)
    if counts is None:
        return Action.DENY, Reason.UNCOUNTED, f"{scan} has no counters"
    over = excesses(counts, rule.limits)
    if over:
        return Action.DENY, Reason.OVER_LIMITS, f"{', '.join(map(str, over))} in {scan}"
    if evidence.scanned_at > now + CLOCK_TOLERANCE:
        return Action.DENY, Reason.FUTURE, f"{scan} is dated in the future"
    if rule.max_scan_age is not None and now - evidence.scanned_at > rule.max_scan_age:
        oldest = rule.max_scan_age.total_seconds() / 3600
        return Action.DENY, Reason.STALE, f"{scan} is older than {oldest:g} hours"
    return Action.ALLOW, Reason.WITHIN_LIMITS, f"{scan} is within the limits"


def _action_without_scan(gap: Gap, rule: Rule) -> Action:
    match gap:
        case Reason.MISSING | Reason.GONE:
            return rule.on_missing
        case Reason.UNFINISHED:
            return rule.on_unfinished
        case Reason.FAILED:
            return rule.on_failed
        case Reason.UNAVAILABLE:
            return rule.on_unavailable
        case Reason.UNPINNED:
            return _UNPINNED[rule.on_unpinned]
        # No switch opens these: each is a mistake or an attack, never a bad day of the registry.
        case (
            Reason.INVALID_REFERENCE
            | Reason.UNEXPECTED_IMAGE_FIELD
            | Reason.TOO_MANY_IMAGES
            | Reason.INVALID_SCAN_ID
            | Reason.UNKNOWN_STATUS
            | Reason.MISMATCHED
            | Reason.UNAUTHORIZED
            | Reason.UNREADABLE
        ):
            return Action.DENY
        case _:
            assert_never(gap)
