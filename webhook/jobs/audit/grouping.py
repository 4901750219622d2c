"""Running pods, put together by their owners, namespace by namespace."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

from webhook.core.cluster_audit import MAX_EXAMPLES, Owner, identity
from webhook.core.matching import Workload
from webhook.core.pods import Image
from webhook.core.running_pods import RunningPod, joined

MAX_STEPS = 3
"""From a pod's controller to the one at the top there is one in Kubernetes itself; more would be a circle."""


class Controllers(Protocol):
    """Knows who made what makes pods."""

    def above(self, owner: Owner) -> Owner | None:
        """Return the controller of *owner*; None where it has none, or where that cannot be known."""
        ...


@dataclass(slots=True)
class Group:
    """What runs for one owner. It grows with what its pods differ in, and not with their number."""

    owner: Owner
    pods: list[str] = field(default_factory=list)
    """Names, at most `MAX_EXAMPLES`."""
    pod_count: int = 0
    workloads: dict[Workload, tuple[Image, ...]] = field(default_factory=dict)
    """Its images; pods may run as several accounts while a change is rolled out."""
    running: Counter[str] = field(default_factory=Counter)
    """In how many pods each image runs, by its identity."""

    def add(self, pod: RunningPod) -> None:
        """Add a pod."""
        self._count([pod.name], 1)
        self.running.update({identity(image) for image in pod.images})
        self._join(pod.workload, pod.images)

    def merge(self, other: "Group") -> None:
        """Add the pods of another one."""
        self._count(other.pods, other.pod_count)
        self.running.update(other.running)
        for workload, images in other.workloads.items():
            self._join(workload, images)

    def _count(self, names: list[str], number: int) -> None:
        self.pods += names[: MAX_EXAMPLES - len(self.pods)]
        self.pod_count += number

    def _join(self, workload: Workload, images: tuple[Image, ...]) -> None:
        known = self.workloads.get(workload, ())
        if images != known:
            self.workloads[workload] = joined((*known, *images))


def grouped(pods: Iterable[RunningPod], controllers: Controllers) -> Iterator[Group]:
    """Yield the owners of each namespace with what they run, when the namespace has ended."""
    for _, those in groupby(pods, key=lambda pod: pod.workload.namespace):
        yield from _topmost(_by_owner(those), controllers)


def _by_owner(pods: Iterable[RunningPod]) -> Iterable[Group]:
    groups: dict[Owner, Group] = {}
    for pod in pods:
        groups.setdefault(pod.owner, Group(pod.owner)).add(pod)
    return groups.values()


def _topmost(groups: Iterable[Group], controllers: Controllers) -> Iterable[Group]:
    found: dict[Owner, Group] = {}
    for group in groups:
        top = _top(group.owner, controllers)
        found.setdefault(top, Group(top)).merge(group)
    return found.values()


def _top(owner: Owner, controllers: Controllers) -> Owner:
    for _ in range(MAX_STEPS):
        above = controllers.above(owner)
        if above is None:
            break
        owner = above
    return owner
