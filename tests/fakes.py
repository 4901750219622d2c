"""A registry, a memory and crews to hand to the gate: dictionaries with methods."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

from tests.builders import NOW
from webhook.core.deadline import Deadline
from webhook.core.evidence import Evidence, RegistryImage, Scan, Vulnerability
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.matching import Labels, Workload
from webhook.core.pods import Image
from webhook.core.policy import Policy, Rule
from webhook.core.registry import Children, Registry
from webhook.core.table import Table
from webhook.core.workloads import POD
from webhook.errors import LookupFailed, NotFound, NotRemembered, Overloaded
from webhook.gate import Crew, Gate
from webhook.inquiry import Scope

DEADLINE = Deadline(at=10.0, clock=lambda: 0.0)

Value = TypeVar("Value")


@dataclass
class FakeRegistry:
    """A registry that says what it was given, raises the failures it was given, and knows nothing else."""

    scans: Mapping[Any, Scan | LookupFailed] = field(default_factory=dict)
    """By scan id."""
    newest: Mapping[Any, Scan | LookupFailed] = field(default_factory=dict)
    """By image id."""
    found: Mapping[Any, tuple[Vulnerability, ...] | LookupFailed] = field(default_factory=dict)
    """Vulnerabilities, by scan id."""
    histories: Mapping[Any, tuple[Scan, ...] | LookupFailed] = field(default_factory=dict)
    """By image id."""
    images: Mapping[Any, RegistryImage | LookupFailed] = field(default_factory=dict)
    """By image id."""
    listed: Mapping[Any, RegistryImage | LookupFailed] = field(default_factory=dict)
    """By repository and digest."""
    tags: Mapping[Any, Digest | LookupFailed] = field(default_factory=dict)
    """By tag."""
    indexes: Mapping[Any, Children | LookupFailed] = field(default_factory=dict)
    """By digest. Every other digest is no index."""
    starting: LookupFailed | None = None
    """What happens when a scan is asked for."""
    calls: list[tuple[str, ...]] = field(default_factory=list)
    """What was asked, in order."""

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan that was given."""
        return self._answer(self.scans.get(scan_id), "scan", scan_id)

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the newest scan that was given for an image."""
        return self._answer(self.newest.get(image_id), "latest", image_id)

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        """Return the vulnerabilities that were given for a scan."""
        return self._answer(self.found.get(scan_id), "vulnerabilities", scan_id)

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        """Return the scans that were given for an image."""
        return self._answer(self.histories.get(image_id), "history", image_id)

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Note that a scan was asked for."""
        self._answer(self.starting or True, "start", image_id)

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image that was given."""
        return self._answer(self.images.get(image_id), "image", image_id)

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return an image that was given for a repository."""
        return self._answer(self.listed.get((repository, digest)), "find", repository, digest)

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        """Return the digest that was given for a tag."""
        return self._answer(self.tags.get(reference.tag or "latest"), "pin", reference.repository)

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        """Return the children that were given for an index."""
        return self._answer(self.indexes.get(digest, ()), "children", digest) or None

    def _answer(self, answer: Value | LookupFailed | None, *call: str) -> Value:
        self.calls.append(call)
        if answer is None:
            raise NotFound(f"there is no {call[1]}")
        if isinstance(answer, LookupFailed):
            raise answer
        return answer


class Memory(FakeRegistry):
    """A memory in which there is what it was given, and nothing else."""

    def _answer(self, answer: Value | LookupFailed | None, *call: str) -> Value:
        if answer in (None, True, ()):
            raise NotRemembered
        return super()._answer(answer, *call)


Work = Callable[[Image], Evidence]


class InlineCrew:
    """Looks images up one after another, in time."""

    def each(self, work: Work, images: Sequence[Image], deadline: Deadline) -> list[Evidence | None]:
        """Do it all."""
        return [work(image) for image in images]


class LateCrew:
    """Is done with nothing by the deadline."""

    def each(self, work: Work, images: Sequence[Image], deadline: Deadline) -> list[Evidence | None]:
        """Do nothing."""
        return [None for _ in images]


class BusyCrew:
    """Has no time for anybody."""

    def each(self, work: Work, images: Sequence[Image], deadline: Deadline) -> NoReturn:
        """Turn the caller away."""
        raise Overloaded("too many reviews are waiting")


@dataclass
class SameLabels:
    """Namespaces that all have the same labels, or labels that nobody knows."""

    given: Labels | None

    def labels(self, namespace: str, deadline: Deadline) -> Labels | None:
        """Return the labels that were given."""
        return self.given


WORKLOAD = Workload(namespace="shop", kind=POD, service_account="default")
"""A pod like any other."""


def policy_of(rule: Rule) -> Policy:
    """Return a policy of one rule."""
    return Policy((rule,), Digest("sha256:" + "0" * 64))


def gate(
    registry: Registry,
    rule: Rule | None = None,
    *,
    table: Mapping[Digest, Hint] | None = None,
    sources: tuple[Source, ...] = tuple(Source),
    memory: Registry | None = None,
    crew: Crew | None = None,
) -> Gate:
    """Return a gate before *registry*, with nothing in memory if none is given, that judges by *rule*."""
    policy = policy_of(rule or Rule(name="default"))
    return gate_of(policy, registry, table=table, sources=sources, memory=memory, crew=crew)


def gate_of(
    policy: Policy,
    registry: Registry,
    *,
    table: Mapping[Digest, Hint] | None = None,
    sources: tuple[Source, ...] = tuple(Source),
    memory: Registry | None = None,
    crew: Crew | None = None,
    labels: Labels | None = None,
) -> Gate:
    """Return a gate before *registry* that judges by *policy*, where every namespace has these *labels*."""
    hints = Table(dict(table or {}))
    return Gate(
        memory=memory or Memory(),
        registry=registry,
        crew=crew or InlineCrew(),
        policy=lambda: policy,
        table=lambda: hints,
        namespaces=SameLabels(labels),
        scope=Scope(sources=sources),
        now=lambda: NOW,
    )
