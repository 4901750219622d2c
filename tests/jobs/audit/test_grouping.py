"""Running pods, put together by their owners."""

from collections.abc import Iterator
from dataclasses import replace

from tests.builders import pod
from tests.core.running import listed, reference
from tests.core.running import running as read
from tests.jobs.audit.samples import BAD, GOOD, OLD, Nobody, owner, running
from webhook.core.cluster_audit import MAX_EXAMPLES, Owner
from webhook.core.running_pods import RunningPod
from webhook.jobs.audit.grouping import MAX_STEPS, Group, grouped


class Rollouts:
    """Knows that a Deployment made each ReplicaSet, which has its name and a number."""

    def above(self, owner: Owner) -> Owner | None:
        """Return the Deployment."""
        if owner.kind != "ReplicaSet":
            return None
        name = owner.name.rpartition("-")[0]
        return replace(owner, kind="Deployment", name=name, uid=name)


def test_one_owner() -> None:
    """Its pods are counted, and each image is there once, with the number of pods that run it."""
    pods = [running("web-1", GOOD, BAD, of="web-1"), running("web-2", GOOD, of="web-1")]
    [group] = grouped(pods, Rollouts())
    assert (group.owner, group.pods, group.pod_count) == (owner(), ["web-1", "web-2"], 2)
    [images] = group.workloads.values()
    assert [image.text for image in images] == [GOOD, BAD]
    assert group.running == {GOOD: 2, BAD: 1}


def test_a_change_that_is_rolled_out() -> None:
    """The pods of two ReplicaSets are of one Deployment, whose images are those of both."""
    [group] = grouped([running("a", OLD, of="web-1"), running("b", GOOD, of="web-2")], Rollouts())
    assert (group.owner, group.pod_count, group.running) == (owner(), 2, {OLD: 1, GOOD: 1})


def test_pods_of_nobody() -> None:
    """Each stands for itself."""
    groups = list(grouped([running("a", GOOD), running("b", GOOD)], Nobody()))
    assert [(str(group.owner), group.pods) for group in groups] == [("shop/Pod/a", ["a"]), ("shop/Pod/b", ["b"])]


def test_accounts_are_told_apart() -> None:
    """A rule may be about the account that a pod runs as."""
    owners = (reference("ReplicaSet", "web-1"),)
    pods = [read(listed(pod(GOOD, serviceAccountName=name), owners=owners)) for name in ("old", "new")]
    [group] = grouped(pods, Rollouts())
    assert [workload.service_account for workload in group.workloads] == ["old", "new"]
    assert group.running == {GOOD: 2}


def test_namespaces_one_by_one() -> None:
    """What runs in a namespace is given out before the next one but one pod is read."""
    read_so_far: list[str] = []

    def pods() -> Iterator[RunningPod]:
        for namespace in ("a", "b", "c"):
            for number in range(3):
                read_so_far.append(namespace)
                yield running(f"web-{number}", GOOD, namespace=namespace, of="web-1")

    for group in grouped(pods(), Rollouts()):
        assert read_so_far.count(group.owner.namespace) == 3
        assert read_so_far == sorted(read_so_far)
        assert len(set(read_so_far)) <= "abc".index(group.owner.namespace) + 2
        assert group.pod_count == 3


def test_many_pods_take_no_more_room() -> None:
    """Of a thousand pods some names are kept, and each image once."""
    group = Group(owner())
    for number in range(1000):
        group.add(running(f"web-{number}", GOOD, BAD, of="web-1"))
    both = Group(owner())
    both.merge(group)
    both.merge(group)
    for one, pods in ((group, 1000), (both, 2000)):
        assert (len(one.pods), one.pod_count, one.running[BAD]) == (MAX_EXAMPLES, pods, pods)
        [images] = one.workloads.values()
        assert [len(image.places) for image in images] == [1, 1]


def test_owners_in_a_circle() -> None:
    """It is left in the end."""
    asked: list[str] = []

    class Circle:
        """Knows that each of two made the other."""

        def above(self, owner: Owner) -> Owner:
            """Return the other one."""
            asked.append(owner.name)
            return replace(owner, name="b" if owner.name == "a" else "a")

    [group] = grouped([running("web", GOOD, of="a")], Circle())
    assert len(asked) == MAX_STEPS
    assert group.pod_count == 1
