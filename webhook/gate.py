"""The decision: the images of a pod in, the verdict out. Start reading here.

For each image `inquiry` finds the evidence: it follows the hints to a scan and proves that the scan is of
the image's digest. Then `judge` compares it with the policy. Whatever cannot be followed, proven or
understood is a reason to refuse, never an error to skip.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from webhook.core.deadline import Deadline
from webhook.core.evidence import Evidence, Unusable
from webhook.core.judging import judge
from webhook.core.matching import Labels, Workload
from webhook.core.pods import Image
from webhook.core.policy import Policy, Ruling
from webhook.core.reasons import Reason
from webhook.core.registry import Registry
from webhook.core.table import Table
from webhook.core.verdict import Verdict
from webhook.errors import NotRemembered
from webhook.inquiry import Inquiry, Scope


class Crew(Protocol):
    """Looks images up side by side."""

    def each(
        self, work: Callable[[Image], Evidence], images: Sequence[Image], deadline: Deadline
    ) -> list[Evidence | None]:
        """Return what *work* gives for each image, in order; None for what is not done by the deadline.

        Raises:
            Overloaded: too many reviews are waiting already.
        """
        ...


class Namespaces(Protocol):
    """Knows the labels of namespaces."""

    def labels(self, namespace: str, deadline: Deadline) -> Labels | None:
        """Return the labels of a namespace; None where they cannot be had."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Decides about pods. The policy and the table are asked for anew each time: they are reloaded."""

    memory: Registry
    """The registry as far as it is remembered; raises `NotRemembered` for all else."""
    registry: Registry
    crew: Crew
    policy: Callable[[], Policy]
    table: Callable[[], Table]
    namespaces: Namespaces
    scope: Scope
    now: Callable[[], datetime]

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Judge the *images* of a workload; those with no evidence by the deadline are judged as unavailable.

        Raises:
            Overloaded: the registry must be asked, and too many reviews are waiting for it already.
        """
        policy, table = self.policy(), self.table()
        rulings, labels = self._rulings(policy, workload, images, deadline)
        found = self._collect(tuple(zip(images, rulings, strict=True)), table, deadline)
        now = self.now()
        judged = zip(images, found, rulings, strict=True)
        findings = tuple([judge(image, evidence, ruling, now=now) for image, evidence, ruling in judged])
        return Verdict(findings, policy.digest, labels)

    def _rulings(
        self, policy: Policy, workload: Workload, images: Sequence[Image], deadline: Deadline
    ) -> tuple[list[Ruling], Labels | None]:
        """Return what the policy says about each image, and the labels of the namespace where they were needed."""

        def rulings(labels: Labels | None) -> list[Ruling]:
            return [policy.ruling(workload, labels, image.known_reference) for image in images]

        found = rulings(None)
        if not policy.needs_labels or all(ruling.sure for ruling in found):
            return found, None
        labels = self.namespaces.labels(workload.namespace, deadline)
        return rulings(labels), labels

    def _collect(self, asked: Sequence[tuple[Image, Ruling]], table: Table, deadline: Deadline) -> list[Evidence]:
        """Take from memory what is there, without a thread or a wait, and look up the rest."""
        recalling = Inquiry(registry=self.memory, table=table, scope=self.scope, deadline=deadline)
        recalled = [_recalled(recalling, image, ruling) for image, ruling in asked]
        unknown = [one for one, evidence in zip(asked, recalled, strict=True) if evidence is None]
        if unknown:
            asking = Inquiry(registry=self.registry, table=table, scope=self.scope, deadline=deadline)
            rulings, images = dict(unknown), [image for image, _ in unknown]
            looked_up = iter(self.crew.each(lambda image: asking.evidence(image, rulings[image]), images, deadline))
            return [evidence or next(looked_up) or _too_late() for evidence in recalled]
        return [evidence for evidence in recalled if evidence is not None]


def _recalled(inquiry: Inquiry, image: Image, ruling: Ruling) -> Evidence | None:
    try:
        return inquiry.evidence(image, ruling)
    except NotRemembered:
        return None


def _too_late() -> Unusable:
    return Unusable(gap=Reason.UNAVAILABLE, detail="the registry did not answer before the deadline")
