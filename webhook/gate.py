"""The decision: the images of a pod in, the verdict out. Start reading here.

For each image `inquiry` finds the evidence: it follows the hints to a scan and proves that the scan is of
the image's digest. Then `judge` compares it with the policy. Whatever cannot be followed, proven or
understood is a reason to refuse, never an error to skip.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
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
        found = self._collect(rulings, table, deadline)
        now = self.now()
        findings = tuple(judge(image, found[image], rulings[image], now=now) for image in images)
        return Verdict(findings, policy.digest, labels)

    def _rulings(
        self, policy: Policy, workload: Workload, images: Sequence[Image], deadline: Deadline
    ) -> tuple[dict[Image, Ruling], Labels | None]:
        """Return what the policy says about each image, and the labels of the namespace where they were needed."""

        def rulings(labels: Labels | None) -> dict[Image, Ruling]:
            return {image: policy.ruling(workload, labels, image.known_reference) for image in images}

        found = rulings(None)
        if not policy.needs_labels or all(ruling.sure for ruling in found.values()):
            return found, None
        labels = self.namespaces.labels(workload.namespace, deadline)
        return rulings(labels), labels

    def _collect(self, rulings: Mapping[Image, Ruling], table: Table, deadline: Deadline) -> dict[Image, Evidence]:
        """Take from memory what is there, without a thread or a wait, and look up the rest."""

        def evidence(image: Image, registry: Registry) -> Evidence:
            inquiry = Inquiry(registry=registry, table=table, scope=self.scope, deadline=deadline)
            return inquiry.evidence(image, rulings[image])

        found: dict[Image, Evidence] = {}
        for image in rulings:
            with suppress(NotRemembered):
                found[image] = evidence(image, self.memory)
        unknown = [image for image in rulings if image not in found]
        if unknown:
            looked_up = self.crew.each(lambda image: evidence(image, self.registry), unknown, deadline)
            found.update((image, known or _too_late()) for image, known in zip(unknown, looked_up, strict=True))
        return found


def _too_late() -> Unusable:
    return Unusable(gap=Reason.UNAVAILABLE, detail="the registry did not answer before the deadline")
