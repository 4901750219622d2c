"""What an audit of running pods finds: workloads with the verdicts about their images, and all of it in one report."""

from dataclasses import dataclass
from datetime import datetime

from webhook.core.images import Digest
from webhook.core.pods import Image
from webhook.core.verdict import Finding, Verdict

MAX_EXAMPLES = 100
"""Workloads and pods that are named for one violation; the rest is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """What people know pods by: the Deployment, CronJob or other controller at the top, or else the pod itself."""

    api_version: str
    """As in its manifest: `apps/v1`."""
    kind: str
    namespace: str
    name: str
    uid: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What runs for one owner, judged as if it were to be admitted now."""

    owner: Owner
    pods: tuple[str, ...]
    """Names of its running pods, at most `MAX_EXAMPLES`."""
    pod_count: int
    verdict: Verdict
    """Its findings are about every distinct image that runs in these pods, once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """An image that would not simply be admitted, wherever it runs with the same finding."""

    finding: Finding
    owners: tuple[Owner, ...]
    """At most `MAX_EXAMPLES`."""
    owner_count: int
    pod_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """An audit of a cluster, whole."""

    started: datetime
    finished: datetime
    policy: Digest | None
    """Which policy decided."""
    namespaces: int
    owners: int
    pods: int
    images: int
    """Distinct ones."""
    violations: tuple[Violation, ...]
    """The strictest first, then what runs in most pods."""
    troubles: tuple[str, ...] = ()
    """What could not be read, and so was not judged; an audit with any is not whole."""


def identity(image: Image) -> str:
    """Return what tells distinct images apart: where it is and its digest, or else what was written."""
    reference = image.known_reference
    if reference is None or reference.digest is None:
        return image.text
    return f"{reference.registry}/{reference.repository}@{reference.digest}"
