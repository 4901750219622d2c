"""Judging: from the evidence about an image and what the policy says about it, to yes or no and why.

This is the one set of rules. Who is exempt is decided here, what a scan is worth in `scans`.
"""

import dataclasses
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from webhook.core.evidence import Evidence, Gap, Indexed, NotAsked, Scanned, Unusable
from webhook.core.exemptions import in_force
from webhook.core.images import ImageReference
from webhook.core.pods import Image
from webhook.core.policy import Action, OnUnpinned, Rule, RuleAction, Ruling
from webhook.core.printable import printable
from webhook.core.reasons import Reason
from webhook.core.scans import judge_scan
from webhook.core.verdict import STRICTEST_FIRST, Finding, Judgement

_UNPINNED = {
    OnUnpinned.DENY: Action.DENY,
    OnUnpinned.WARN: Action.WARN,
    OnUnpinned.ALLOW: Action.ALLOW,
    OnUnpinned.RESOLVE: Action.DENY,  # it could not be resolved: nobody knows which image this is
}

MALFORMED = frozenset({Reason.INVALID_REFERENCE, Reason.UNEXPECTED_IMAGE_FIELD, Reason.TOO_MANY_IMAGES})
"""What says that an image cannot be read: no rule is about it for certain, and none lets it pass."""

NEVER_EXEMPT = MALFORMED | frozenset({Reason.INVALID_SCAN_ID, Reason.MISMATCHED})
"""What whoever wrote the pod has to mend: an exemption is about an image, not about what is said of it."""


def judge(image: Image, evidence: Evidence, ruling: Ruling, *, now: datetime) -> Finding:
    """Judge one image by its evidence. *now* is aware of its zone."""
    judged = _judge(evidence, ruling, now)
    if judged.reason is Reason.WITHIN_LIMITS and _by_tag(image):
        detail = f"its tag names a digest for now; {judged.detail}"
        judged = replace(judged, action=Action.WARN, reason=Reason.RESOLVED_TAG, detail=detail)
    judged = _exempted(judged, ruling, now)
    return Finding(
        image=image,
        evidence=evidence,
        # What is not sure to apply cannot be lenient.
        rule=ruling.rule if ruling.sure else dataclasses.replace(ruling.rule, mode=ruling.mode),
        action=judged.action,
        reason=judged.reason,
        detail=judged.detail,
        notices=judged.notices,
    )


def _by_tag(image: Image) -> bool:
    return isinstance(image.reference, ImageReference) and image.reference.digest is None


def _exempted(judged: Judgement, ruling: Ruling, now: datetime) -> Judgement:
    """Let an exemption turn a denial; mistakes and forgeries stay what they are."""
    exemptions = ruling.exceptions.exemptions
    if judged.action is not Action.DENY or judged.reason in NEVER_EXEMPT or not exemptions:
        return judged
    exemption = in_force(exemptions, now)
    if exemption is None:
        ended = tuple(filter(None, (one.grounds.notice("an exemption of the image", now) for one in exemptions)))
        return replace(judged, notices=(*judged.notices, *ended))
    grounds = exemption.grounds
    notice = grounds.notice("the exemption of the image", now)
    return Judgement(
        Action.ALLOW,
        Reason.EXEMPTED,
        f"until {grounds.end}, by {printable(grounds.owner, limit=63)}; without that {judged.reason}: {judged.detail}",
        (*judged.notices, *filter(None, (notice,))),
    )


def _judge(evidence: Evidence, ruling: Ruling, now: datetime) -> Judgement:
    rule = ruling.rule
    if isinstance(evidence, Unusable) and evidence.gap in MALFORMED:
        return Judgement(Action.DENY, evidence.gap, evidence.detail)
    if not ruling.sure:
        detail = f"rule {rule.name} asks for labels of the namespace, which are not known"
        return Judgement(Action.DENY, Reason.NAMESPACE_UNKNOWN, detail)
    match rule.action:
        case RuleAction.JUDGE:
            return _judge_evidence(evidence, ruling, now)
        case RuleAction.DENY:
            return Judgement(Action.DENY, Reason.DENIED_BY_RULE, "the policy does not admit this image")
        case RuleAction.WARN:
            return Judgement(Action.WARN, Reason.ALLOWED_BY_RULE, "the policy admits this image without a scan")
        case RuleAction.ALLOW:
            return Judgement(Action.ALLOW, Reason.ALLOWED_BY_RULE, "the policy admits this image without a scan")
        case _:
            assert_never(rule.action)


def _judge_evidence(evidence: Evidence, ruling: Ruling, now: datetime) -> Judgement:
    match evidence:
        case Scanned():
            return judge_scan(evidence, ruling, now)
        case Unusable():
            return Judgement(_action_without_scan(evidence.gap, ruling.rule), evidence.gap, evidence.detail)
        case Indexed():
            return _judge_index(evidence, ruling, now)
        case NotAsked():
            # A rule of another policy wanted no scan; to this one it is missing.
            return Judgement(ruling.rule.on_missing, Reason.MISSING, "its scan was not looked up")
        case _:
            assert_never(evidence)


def _judge_index(evidence: Indexed, ruling: Ruling, now: datetime) -> Judgement:
    """Judge every platform's image; the strictest judgement is that of the index."""
    platforms = [(child.platform, _judge_evidence(child.evidence, ruling, now)) for child in evidence.children]
    platform, judged = min(platforms, key=lambda pair: _strictness(pair[1]))
    notices = dict.fromkeys(notice for _, one in platforms for notice in one.notices)
    return replace(judged, detail=f"{platform}: {judged.detail}", notices=tuple(notices))


def _strictness(judged: Judgement) -> tuple[int, bool]:
    """Order judgements, the strictest first: of two denials the one that no exemption turns."""
    return STRICTEST_FIRST.index(judged.action), judged.reason not in NEVER_EXEMPT


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
