"""What a record does not say, and another policy would have asked: the evidence at its worst and at its best."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Generic, TypeVar, assert_never

from webhook.core.evidence import Counts, Evidence, Indexed, NotAsked, Scanned, Single, Unusable
from webhook.core.images import ImageReference
from webhook.core.limits import counted, excesses
from webhook.core.lookup import Source
from webhook.core.policy import OnUnpinned, Rule, RuleAction, Ruling
from webhook.core.reasons import Reason
from webhook.core.recorded import RecordedImage


class Doubt(StrEnum):
    """What is not known."""

    LABELS = "the labels of the namespace are not recorded"
    ACCOUNT = "the service account is not recorded"
    EVIDENCE = "the record is too old to say what was known of the image"
    NOT_ASKED = "no scan was looked up"
    TAG = "the tag was not resolved"
    LATEST = "whether a newer scan was there is not recorded"
    SCAN_ON_MISSING = "whether a scan was asked for differs"
    FINDINGS = "the findings are not recorded, or not all of them"
    EARLIER = "the earlier scans are not recorded, or not all of them"


E = TypeVar("E", bound=Evidence)


@dataclass(frozen=True, slots=True)
class Known(Generic[E]):
    """What is known about an image: something between two bounds, which are one where nothing is missing."""

    worst: E
    best: E | None
    """None: it passes whatever the limits are."""
    doubts: frozenset[Doubt] = frozenset()


BAD = Unusable(gap=Reason.MISMATCHED, detail="it is not known")
"""Evidence that no policy and no exemption lets pass."""


def known(one: RecordedImage, ruling: Ruling, *, asked: bool) -> Known[Evidence]:
    """Return what the gate would have known about an image, if it had asked what *ruling* needs.

    *asked* says that the same policy has decided then: what it needs was asked.
    """
    if ruling.rule.action is not RuleAction.JUDGE or not ruling.sure:
        return _sure(NotAsked())
    reference = one.image.reference
    if isinstance(reference, ImageReference) and reference.digest is None:
        if ruling.rule.on_unpinned is not OnUnpinned.RESOLVE:
            return _sure(Unusable(gap=Reason.UNPINNED, detail="it is not named by a digest"))
        if not asked and isinstance(one.evidence, Unusable) and one.evidence.gap is Reason.UNPINNED:
            return _unsure(Doubt.TAG)
    return _looked_up(one.evidence, ruling, asked=asked)


def _looked_up(evidence: Evidence | None, ruling: Ruling, *, asked: bool) -> Known[Evidence]:
    match evidence:
        case None:
            return _unsure(Doubt.EVIDENCE)
        case NotAsked():
            return _unsure(Doubt.NOT_ASKED)
        case Indexed() as index:
            return _index(index, ruling, asked=asked)
        case Scanned() | Unusable() as single:
            found = _single(single, ruling, asked=asked)
            return Known(found.worst, found.best, found.doubts)
        case _:
            assert_never(evidence)


def _sure(evidence: E) -> Known[E]:
    return Known(evidence, evidence)


def _unsure(doubt: Doubt) -> Known[Any]:
    return Known(BAD, None, frozenset({doubt}))


def _index(index: Indexed, ruling: Ruling, *, asked: bool) -> Known[Evidence]:
    """Return the bounds of an index; a platform of which nothing is known is left out of its best."""
    children = [(child, _single(child.evidence, ruling, asked=asked)) for child in index.children]
    doubts: frozenset[Doubt] = frozenset().union(*(found.doubts for _, found in children))
    worst = tuple(replace(child, evidence=found.worst) for child, found in children)
    best = tuple(replace(child, evidence=found.best) for child, found in children if found.best is not None)
    return Known(replace(index, children=worst), replace(index, children=best) if best else None, doubts)


def _single(single: Single, ruling: Ruling, *, asked: bool) -> Known[Single]:
    doubt = None if asked else _other_answer(single, ruling.rule)
    if doubt is not None:
        return _unsure(doubt)
    missing = _missing(single, ruling) if isinstance(single, Scanned) else frozenset()
    if not isinstance(single, Scanned) or not missing:
        return _sure(single)
    return Known(single, replace(single, scan=replace(single.scan, counts=Counts())), missing)


def _other_answer(single: Single, rule: Rule) -> Doubt | None:
    """Return why the registry might have been asked for something else than is recorded."""
    gap = single.gap if isinstance(single, Unusable) else None
    named = single.source in (Source.ANNOTATION, Source.TABLE) and single.scan is not None
    if rule.require_latest and named and gap is not Reason.MISMATCHED:
        return Doubt.LATEST
    if single.source is Source.REGISTRY and single.scan is None:
        if rule.scan_on_missing and gap is Reason.MISSING:
            return Doubt.SCAN_ON_MISSING
        if not rule.scan_on_missing and gap is Reason.UNFINISHED:
            return Doubt.SCAN_ON_MISSING
    return None


def _missing(scanned: Scanned, ruling: Ruling) -> frozenset[Doubt]:
    """Return what the gate would have asked further, and the record does not have."""
    rule = ruling.rule
    if not excesses(counted(scanned.scan, rule) or Counts(), rule.limits):
        return frozenset()
    missing = {Doubt.FINDINGS} if ruling.lowers and scanned.listing is None else set()
    return frozenset(missing | ({Doubt.EARLIER} if rule.new_findings_grace and scanned.earlier is None else set()))
