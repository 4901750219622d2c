"""From what is known of an image to yes or no, and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.oracle.counting import ahead, counted, ignored_in, in_grace, over, stale
from tests.oracle.references import Reference, fits_image, fits_name
from tests.oracle.rules import Setting, mode_of
from tests.oracle.searching import Known
from tests.oracle.times import end_of
from tests.oracle.verdicts import NEVER_EXEMPT, Outcome, Outcomes, worst
from tests.oracle.world import Shelves

Document = Any

SWITCHES = {
    "missing": "onMissing",
    "gone": "onMissing",
    "unfinished": "onUnfinished",
    "failed": "onFailed",
    "unavailable": "onUnavailable",
    "unpinned": "onUnpinned",
}
"""What a rule says about reasons; there is no switch for any other."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What an image is judged by."""

    policy: Document
    rule: Document
    shelves: Shelves
    reference: Reference
    faults: frozenset[str] = frozenset()
    """Reasons to which faults may lead."""

    @property
    def in_trouble(self) -> Outcomes:
        """Return what may come of an image because of faults."""
        return frozenset(map(self.without_scan, self.faults))

    @property
    def now(self) -> datetime:
        """The present."""
        return self.shelves.now

    def judge(self, known: Known) -> Outcomes:
        """Return what comes of what is known."""
        if known.children:
            return worst(self.judge(child) | self.in_trouble for child in known.children)
        return self._scanned(known.scan) if known.scan else frozenset({self.without_scan(known.reason)})

    def without_scan(self, reason: str) -> Outcome:
        """Return what comes of an image of which there is no usable scan."""
        switch = SWITCHES.get(reason)
        return self._outcome(self.rule.get(switch, "deny") if switch else "deny", reason)

    def _scanned(self, scan: Document) -> Outcomes:
        other = {"READY": "", "RUNNING": "unfinished", "ERROR": "failed"}.get(scan["status"], "unknown-status")
        if other:
            return frozenset({self.without_scan(other)})
        if scan["counts"] is None and self.rule.get("absentCounts") == "deny":
            return self._denied("uncounted")
        ignored = ignored_in(self.policy, self.reference, self.now)
        excessive = over(counted(scan, self.rule, ignored), self.rule)
        if excessive and not self._in_grace(scan):
            return self._denied("over-limits")
        if ahead(scan, self.now):
            return self._denied("future")
        if stale(scan, self.rule, self.now):
            return self._denied("stale")
        return self._one("warn", "new-findings") if excessive else self._one("allow", "within-limits")

    def _in_grace(self, scan: Document) -> bool:
        kept = [one for one in self.shelves.scans(scan["imageId"]) if one["status"] == "READY" and one["counts"]]
        earlier = [one for one in kept if one["scannedAt"] < scan["scannedAt"]]
        return in_grace(scan, earlier, self.rule, self.now)

    def _denied(self, reason: str) -> Outcomes:
        return self._one("deny", reason)

    def _one(self, decision: str, reason: str) -> Outcomes:
        return frozenset({self._outcome(decision, reason)})

    def _outcome(self, decision: str, reason: str) -> Outcome:
        return Outcome(decision, reason, mode_of(self.rule))


def exempted(outcomes: Outcomes, policy: Document, setting: Setting, where: tuple[Reference, datetime]) -> Outcomes:
    """Return what comes of an image that may have an exemption: where it would be refused, it may run."""
    reference, now = where
    ends = [end_of(one["expires"]) for one in policy.get("exemptions") or () if _covers(one, setting, reference)]
    lasting = [end for end in ends if now < end]
    if not lasting:
        return outcomes
    return frozenset(map(_exempted, outcomes))


def _exempted(outcome: Outcome) -> Outcome:
    if outcome.decision != "deny" or outcome.reason in NEVER_EXEMPT:
        return outcome
    return Outcome("allow", "exempted", outcome.mode)


def _covers(exemption: Document, setting: Setting, reference: Reference) -> bool:
    """Tell whether an exemption is about an image: what it names must all fit."""
    images, digests, namespaces = (exemption.get(key) for key in ("images", "digests", "namespaces"))
    return (
        (not images or any(fits_image(pattern, reference) for pattern in images))
        and (not digests or reference.digest in digests)
        and (not namespaces or any(fits_name(pattern, setting.asked.namespace) for pattern in namespaces))
    )
