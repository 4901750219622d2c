"""A gate that is asked again and again, and what is asked."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from tests.builders import (
    IMAGE_ID,
    PINNED,
    SCAN_ID,
    annotated_pod,
    counts,
    digest_of,
    images_in,
    review,
    scan,
)
from tests.fakes import DEADLINE, WORKLOAD, FakeRegistry, Memory, SameLabels, gate, policy_of
from tests.situations import registry_with
from webhook.core.lookup import ScanId, Source
from webhook.core.matching import Match, Workload
from webhook.core.patterns import NamePattern
from webhook.core.pods import Image
from webhook.core.policy import UNLIMITED, Limits, Policy, Rule
from webhook.core.table import Table
from webhook.core.verdict import Verdict
from webhook.gate import Gate
from webhook.repeats import Repeats

BAD, OTHER = ScanId("chebad0000000000bad0"), ScanId("cheother00000000oth0")
STRICT = Rule(name="default")
LENIENT = Rule(name="lenient", match=Match(namespaces=(NamePattern("dev"),)), limits=Limits(critical=UNLIMITED))
STRICTER = replace(policy_of(replace(STRICT, max_scan_age=timedelta(0))), digest=digest_of("stricter"))
POLICY = Policy((LENIENT, STRICT), policy_of(STRICT).digest)


def remembered(**more: Any) -> Memory:
    """Return a memory of the usual image with a clean scan, one that is over the limits, and one of another image."""
    usual = registry_with(scan(cached=True))
    scans = {SCAN_ID: scan(cached=True), OTHER: scan(id=OTHER, image_id=IMAGE_ID, cached=True, status="ERROR")}
    over = scan(id=BAD, counts=counts(critical=1), cached=True)
    return Memory(scans=scans | {BAD: over} | more, images=usual.images, listed=usual.listed)


@dataclass
class Court:
    """A gate that may be asked again, and what it judges by now."""

    policy: Policy = POLICY
    table: Table = field(default_factory=lambda: Table({}))
    memory: FakeRegistry = field(default_factory=remembered)
    labels: Any = None
    time: float = 100.0

    def __post_init__(self) -> None:
        """Set it up."""
        self.gate: Gate = replace(
            gate(FakeRegistry(), memory=self.memory, sources=(Source.ANNOTATION, Source.TABLE)),
            policy=lambda: self.policy,
            table=lambda: self.table,
            namespaces=SameLabels(self.labels),
        )
        self.repeats = Repeats(self.gate, lambda: self.time)

    def ask(self, images: tuple[Image, ...], workload: Workload = WORKLOAD) -> Verdict:
        """Return the verdict about a pod."""
        return self.repeats.decide(workload, images, DEADLINE)


def named(scan_id: str = SCAN_ID) -> tuple[Image, ...]:
    """Return the images of a pod that names a scan of the usual image, read anew."""
    return images_in(review(annotated_pod(PINNED, scan_id)))


def workload_in(namespace: str) -> Workload:
    """Return a pod's workload in another namespace."""
    return Workload(namespace=namespace, kind=WORKLOAD.kind, service_account=WORKLOAD.service_account)
