"""Pods, gates and verdicts for the tests of `webhook.jobs.audit`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Semaphore

from tests.builders import NOW, digest_of, image, scanned
from tests.builders import pod as pod_of
from tests.core.running import Document, listed, reference
from tests.core.running import running as read
from tests.fakes import DEADLINE
from webhook.core.cluster_audit import Audited, Owner
from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, Evidence, Unusable
from webhook.core.images import Digest
from webhook.core.judging import judge
from webhook.core.matching import Workload
from webhook.core.pods import Image
from webhook.core.policy import Mode, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.running_pods import RunningPod
from webhook.core.verdict import Finding, Verdict
from webhook.errors import Overloaded
from webhook.jobs.audit.judging import Judge

GOOD, BAD, OLD, DOWN = (f"cr.yandex/crp0/{name}@{digest_of(name)}" for name in ("good", "bad", "old", "down"))

STRICT, LENIENT = Rule(name="default"), Rule(name="lenient", mode=Mode.AUDIT)

POLICY = Digest("sha256:" + "0" * 64)

EVIDENCE: Mapping[str, Evidence] = {
    GOOD: scanned(),
    BAD: scanned(counts=Counts(critical=2)),
    OLD: scanned(counts=Counts(high=1)),
    DOWN: Unusable(gap=Reason.UNAVAILABLE, detail="it did not answer"),
}


def owner(name: str = "web", *, namespace: str = "shop", kind: str = "Deployment") -> Owner:
    """Return an owner whose uid is its name."""
    return Owner(api_version="apps/v1", kind=kind, namespace=namespace, name=name, uid=name)


def document(name: str, *images: str, namespace: str = "shop", of: str | None = None) -> Document:
    """Return a running pod as it is listed, of a ReplicaSet or of nobody."""
    made = pod_of(*images)
    made["metadata"] |= {"name": name, "namespace": namespace, "uid": f"uid-of-{name}"}
    return listed(made, owners=() if of is None else (reference("ReplicaSet", of),))


def running(name: str, *images: str, namespace: str = "shop", of: str | None = None) -> RunningPod:
    """Return such a pod, read."""
    return read(document(name, *images, namespace=namespace, of=of))


def finding(of: Image | str, evidence: Evidence | None = None, rule: Rule = STRICT) -> Finding:
    """Return what is found about an image."""
    one = image(of) if isinstance(of, str) else of
    return judge(one, evidence or EVIDENCE[one.text], Ruling(rule), now=NOW)


def audited(*findings: Finding, of: Owner | None = None, pods: int = 1) -> Audited:
    """Return an owner with these findings."""
    return Audited(owner=of or owner(), pods=("web-1",), pod_count=pods, verdict=Verdict(findings, POLICY))


class Nobody:
    """Knows of no controller."""

    def above(self, owner: Owner) -> None:
        """Return none."""


@dataclass
class FakeGate:
    """Judges as told, by rules of accounts, and may be too busy or without an answer for a while."""

    evidence: dict[str, Evidence] = field(default_factory=lambda: dict(EVIDENCE))
    rules: Mapping[str, Rule] = field(default_factory=dict)
    """By service account; else `STRICT`."""
    busy: int = 0
    """So many questions are turned away."""
    silent: int = 0
    """To so many questions there is no answer of the registry."""
    asked: list[tuple[Workload, tuple[str, ...]]] = field(default_factory=list)

    def decide(self, workload: Workload, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Judge."""
        if self.busy:
            self.busy -= 1
            raise Overloaded("too many reviews are waiting")
        self.asked.append((workload, tuple(one.text for one in images)))
        rule = self.rules.get(workload.service_account, STRICT)
        silent = EVIDENCE[DOWN] if self.silent else None
        self.silent = max(0, self.silent - 1)
        return Verdict(tuple(finding(one, silent or self.evidence[one.text], rule) for one in images), POLICY)


@dataclass
class Sleeper:
    """Does not sleep, and remembers for how long it should have."""

    slept: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        """Remember it."""
        self.slept.append(seconds)


def judge_by(
    gate: FakeGate, sleep: Sleeper | None = None, *, retries: int = 10, deadline: Deadline = DEADLINE
) -> Judge:
    """Return what asks a gate."""
    return Judge(gate=gate, deadline=lambda: deadline, sleep=sleep or Sleeper(), retries=Semaphore(retries))
