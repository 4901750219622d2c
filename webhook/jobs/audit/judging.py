"""What runs for one owner, put before a gate."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Semaphore
from typing import Protocol

from webhook.core.cluster_audit import Audited, identity
from webhook.core.deadline import Deadline
from webhook.core.matching import Workload
from webhook.core.pods import MAX_IMAGES, Image
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding, Verdict
from webhook.errors import Overloaded
from webhook.jobs.audit.grouping import Group

UNANSWERED = frozenset({Reason.UNAVAILABLE, Reason.NAMESPACE_UNKNOWN})
"""Reasons that say nothing of an image: somebody did not answer who would have next time."""

TRIES = 3
"""To get an answer for one owner."""

PAUSE_SECONDS = 2.0
"""Before another try; longer than a failure is remembered."""

MAX_RETRIES = 100
"""In one run: an audit must not wait for every owner while the registry is down."""

BUSY_SECONDS = 0.2
"""Before asking again a gate that has too much to do."""


class Gate(Protocol):
    """Decides about the images of a workload."""

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Judge. Raises `Overloaded`, with which nothing was begun."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of an owner."""

    group: Group
    audited: Audited | None
    """None where the gate gave no verdict at all."""
    troubles: tuple[str, ...] = ()
    """What could not be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Asks a gate about owners; from many threads at once."""

    gate: Gate
    deadline: Callable[[], Deadline]
    """Makes the deadline for one question."""
    sleep: Callable[[float], None]
    retries: Semaphore
    """How many more questions may be asked once more."""

    def judged(self, group: Group) -> Judged:
        """Return what the gate says about what runs for an owner, as if it were to be admitted now."""
        try:
            verdict = _merged([self._verdict(workload, images) for workload, images in _questions(group.workloads)])
        except Overloaded as error:
            return Judged(group=group, audited=None, troubles=(f"{group.owner}: {error}",))
        audited = Audited(owner=group.owner, pods=tuple(group.pods), pod_count=group.pod_count, verdict=verdict)
        return Judged(group=group, audited=audited, troubles=tuple(_troubles(audited)))

    def _verdict(self, workload: Workload, images: Sequence[Image]) -> Verdict:
        verdict = self._decided(workload, images)
        for attempt in range(1, TRIES):
            if not _unanswered(verdict) or not self.retries.acquire(blocking=False):
                break
            self.sleep(PAUSE_SECONDS * attempt)
            verdict = self._decided(workload, images)
        return verdict

    def _decided(self, workload: Workload, images: Sequence[Image]) -> Verdict:
        deadline = self.deadline()
        while True:
            try:
                return self.gate.decide(workload, images, deadline)
            except Overloaded:
                if not deadline.remaining():
                    raise
                self.sleep(BUSY_SECONDS)


def _questions(workloads: Mapping[Workload, tuple[Image, ...]]) -> Iterator[tuple[Workload, Sequence[Image]]]:
    """Yield what is asked at once: no more than the images of one pod."""
    for workload, images in workloads.items():
        for start in range(0, len(images), MAX_IMAGES):
            yield workload, images[start : start + MAX_IMAGES]


def _merged(verdicts: Sequence[Verdict]) -> Verdict:
    """Return one verdict; what was found twice of an image, by the same rule, is in it once."""
    findings: dict[object, Finding] = {}
    for verdict in verdicts:
        for one in verdict.findings:
            findings.setdefault((one.image.text, one.image.annotation, one.rule.name, one.action, one.reason), one)
    labels = next((verdict.labels for verdict in verdicts if verdict.labels is not None), None)
    return Verdict(tuple(findings.values()), verdicts[-1].policy if verdicts else None, labels)


def _unanswered(verdict: Verdict) -> Iterable[Finding]:
    return [finding for finding in verdict.findings if finding.reason in UNANSWERED]


def _troubles(audited: Audited) -> Iterator[str]:
    for finding in _unanswered(audited.verdict):
        yield f"{audited.owner}: {identity(finding.image)}: {finding.reason}: {finding.detail}"
