"""For each reason a pod, a registry and a rule that lead to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    NOW,
    PINNED,
    REPOSITORY,
    SCAN_ID,
    annotated_pod,
    counts,
    digest_of,
    parsed,
    pod,
    registry_image,
    review,
    scan,
)
from tests.fakes import DEADLINE, FakeRegistry, gate_of, policy_of
from webhook.core.evidence import Scan
from webhook.core.exemptions import ExceptionList, Exemption, Grounds
from webhook.core.images import Digest
from webhook.core.lookup import ScanId
from webhook.core.matching import Match
from webhook.core.patterns import ImagePattern
from webhook.core.policy import Absent, OnUnpinned, Rule, RuleAction
from webhook.core.reasons import Exempt, Reason
from webhook.core.review import Review
from webhook.core.verdict import Verdict
from webhook.errors import LookupFailed, Unauthorized, Unavailable, Unreadable

STRICT = Rule(name="default")
TAGGED = f"cr.yandex/{REPOSITORY}:1.4.2"


@dataclass(frozen=True)
class Situation:
    """What stands in a pod, and what the registry says of it."""

    pod: dict[str, Any]
    registry: FakeRegistry
    rule: Rule = STRICT
    exceptions: ExceptionList = field(default_factory=ExceptionList)

    def review(self) -> Review:
        """Return the review of a request to create the pod."""
        return parsed(review(self.pod))

    def verdict(self) -> Verdict:
        """Decide about the pod."""
        task = self.review().task
        assert not isinstance(task, Exempt)
        policy = replace(policy_of(self.rule), exceptions=self.exceptions)
        return gate_of(policy, self.registry).decide(task.workload, task.images, DEADLINE)


def registry_with(
    result: Scan | LookupFailed | None, digest: Digest = DIGEST, tags: Mapping[str, Digest] | None = None
) -> FakeRegistry:
    """Return a registry with one image, and *result* as its scan."""
    known = registry_image(digest=digest)
    results = {} if result is None else {SCAN_ID: result}
    newest = {} if result is None else {IMAGE_ID: result}
    listed = {(REPOSITORY, digest): known}
    return FakeRegistry(scans=results, newest=newest, images={IMAGE_ID: known}, listed=listed, tags=tags or {})


def scanned_as(**changes: Any) -> Situation:
    """Return a pod of the usual image, whose annotation names a scan with *changes*."""
    return with_result(scan(**changes))


def with_result(result: Scan | LookupFailed | None, rule: Rule = STRICT) -> Situation:
    """Return a pod of the usual image, whose annotation names *result*."""
    return Situation(annotated_pod(PINNED, SCAN_ID), registry_with(result), rule)


def _gone() -> Situation:
    """Return a pod whose annotation names a scan that the registry no longer has, as it has no image."""
    return Situation(annotated_pod(f"quay.io/shop/api@{DIGEST}", SCAN_ID), FakeRegistry())


VENDORS = Match(images=(ImagePattern("docker.io/library/*"),))

GROUNDS = Grounds(reason="no fix yet", owner="team-shop@example.com", ends=NOW + timedelta(days=30))

EXEMPTED = ExceptionList((Exemption(grounds=GROUNDS, digests=(DIGEST,)),))


def _newly_found() -> Situation:
    """Return a pod whose image an earlier scan found within the limits."""
    registry = registry_with(scan(counts=counts(high=1)))
    earlier = scan(id=ScanId("che00000000000000000"), scanned_at=NOW - timedelta(days=2))
    rule = Rule(name="default", new_findings_grace=timedelta(days=7))
    return Situation(annotated_pod(PINNED, SCAN_ID), replace(registry, histories={IMAGE_ID: (earlier,)}), rule)


SITUATIONS: Mapping[Reason, Situation] = {
    Reason.WITHIN_LIMITS: scanned_as(),
    Reason.RESOLVED_TAG: Situation(
        annotated_pod(TAGGED, SCAN_ID),
        registry_with(scan(), tags={"1.4.2": DIGEST}),
        Rule(name="default", on_unpinned=OnUnpinned.RESOLVE),
    ),
    Reason.ALLOWED_BY_RULE: Situation(
        pod("nginx:1"), FakeRegistry(), Rule(name="vendors", match=VENDORS, action=RuleAction.ALLOW)
    ),
    Reason.DENIED_BY_RULE: Situation(
        pod("nginx:1"), FakeRegistry(), Rule(name="vendors", match=VENDORS, action=RuleAction.DENY)
    ),
    Reason.NAMESPACE_UNKNOWN: Situation(
        pod(PINNED), FakeRegistry(), Rule(name="labelled", match=Match(namespace_labels=(("env", "dev"),)))
    ),
    Reason.EXEMPTED: replace(scanned_as(counts=counts(critical=3)), exceptions=EXEMPTED),
    Reason.NEW_FINDINGS: _newly_found(),
    Reason.OVER_LIMITS: scanned_as(counts=counts(critical=3, low=1)),
    Reason.STALE: scanned_as(scanned_at=NOW - timedelta(days=31)),
    Reason.FUTURE: scanned_as(scanned_at=NOW + timedelta(hours=1)),
    Reason.UNCOUNTED: with_result(scan(counts=None), Rule(name="default", absent_counts=Absent.DENY)),
    Reason.INVALID_REFERENCE: Situation(pod("Not/An Image"), FakeRegistry()),
    Reason.UNEXPECTED_IMAGE_FIELD: Situation(pod(PINNED, future={"image": "evil"}), registry_with(scan())),
    Reason.TOO_MANY_IMAGES: Situation(
        pod(*(f"cr.yandex/{REPOSITORY}@{digest_of(str(number))}" for number in range(101))), FakeRegistry()
    ),
    Reason.UNPINNED: Situation(pod(TAGGED), FakeRegistry()),
    Reason.INVALID_SCAN_ID: Situation(annotated_pod(PINNED, "../images/x"), FakeRegistry()),
    Reason.MISSING: Situation(pod(PINNED), registry_with(None)),
    Reason.GONE: _gone(),
    Reason.UNFINISHED: scanned_as(status="RUNNING", scanned_at=None, counts=None),
    Reason.FAILED: scanned_as(status="ERROR", scanned_at=None, counts=None),
    Reason.UNKNOWN_STATUS: scanned_as(status="QUEUED"),
    Reason.MISMATCHED: Situation(annotated_pod(PINNED, SCAN_ID), registry_with(scan(), digest_of("another image"))),
    Reason.UNAVAILABLE: with_result(Unavailable("the registry answered 503: -")),
    Reason.UNAUTHORIZED: with_result(Unauthorized("the registry refused the gate's credentials with 403: -")),
    Reason.UNREADABLE: with_result(Unreadable("the registry's answer is not JSON")),
}
"""Every reason. A test holds it complete, and another that each leads where it says."""
