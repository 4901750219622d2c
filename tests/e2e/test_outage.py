"""A cluster whose gate is away, comes back, and is removed: what still works, and what does not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import (
    DOWN,
    NAMESPACE,
    Guard,
    Release,
    deployment,
    guarding,
    pod,
    pod_spec,
    reached,
    release,
    workloads,
)
from tests.e2e.installation import document
from tests.processes import eventually
from tests.service.registry import App, Registry, new_app


@pytest.fixture
def made(cluster: ApiServer, namespace: str, authority: Authority, port: int) -> Iterator[Release]:
    """The chart in a cluster, guarding the namespace."""
    installed = release(cluster, namespace, reached(port, authority))
    installed.guard(namespace)
    yield installed
    installed.delete()


def changes(kind: str) -> dict[str, Document]:
    """Return changes of an object that bring in no image."""
    finalizer = {"metadata": {"finalizers": ["scangate.dev/test"]}}
    every: dict[str, Document] = {"label": {"metadata": {"labels": {"a": "b"}}}, "finalizer": finalizer}
    scales = {"Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"}
    return every | ({"scale": {"spec": {"replicas": 0}}} if kind in scales else {})


KINDS = ["Pod", *workloads("", App(0))]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_there_can_be_changed_and_deleted(made: Release, namespace: str, world: Registry, kind: str) -> None:
    """With the gate down labels, finalizers, scales and deletions go on; a new image does not."""
    api, app = made.cluster.api, world.app()
    subject = pod(namespace, app) if kind == "Pod" else workloads(namespace, app)[kind]
    api.create(subject).done()
    made.apply()
    eventually(lambda: api.create(pod(namespace, app, "probe"), dry_run=True).status == 500)
    for what, change in changes(kind).items():
        answer = api.patch(subject, change)
        assert answer.ok, (what, answer.message)
    if kind not in ("Job", "CronJob", "PodTemplate", "Pod"):
        other = {"spec": {"template": {"spec": pod_spec(new_app().reference)}}}
        assert DOWN in api.patch(subject, other).message
    assert api.delete(subject).ok
    assert api.patch(subject, {"metadata": {"finalizers": []}}).ok
    eventually(lambda: api.get(subject).status == 404)


def test_release_and_system_can_start_while_the_gate_cannot(made: Release, namespace: str, world: Registry) -> None:
    """With all replicas gone nothing starts but the gate itself and the system; deleting the webhook ends that."""
    api, app = made.cluster.api, world.app()
    made.apply()
    for exempt in (NAMESPACE, "kube-system"):
        made.guard(exempt)
    eventually(lambda: not api.create(pod(namespace, app), dry_run=True).ok)
    answer = api.create(pod(namespace, app))
    assert answer.status == 500
    assert DOWN in answer.message
    for exempt in (NAMESPACE, "kube-system"):
        assert api.create(pod(exempt, app), dry_run=True).ok
    api.delete(made.registration).done()
    eventually(lambda: api.create(pod(namespace, app), dry_run=True).ok)


@pytest.fixture
def gate(
    made: Release, world: Registry, authority: Authority, port: int, tmp_path: Path
) -> Callable[[], AbstractContextManager[Guard]]:
    """Give what runs the gate of the release."""
    return lambda: guarding(made, port, world, authority, tmp_path)


def test_gate_that_comes_back(
    made: Release, namespace: str, world: Registry, gate: Callable[[], AbstractContextManager[Guard]]
) -> None:
    """As soon as the gate is there again it judges."""
    api, good, bad = made.cluster.api, world.app(), world.app(critical=1)
    made.apply()
    eventually(lambda: DOWN in api.create(pod(namespace, good), dry_run=True).message)
    with gate():
        eventually(lambda: api.create(pod(namespace, good), dry_run=True).ok)
        assert api.create(pod(namespace, bad), dry_run=True).status == 403
        assert api.patch(document("v1", "Namespace", namespace), {"metadata": {"labels": {"a": "b"}}}).ok
    eventually(lambda: DOWN in api.create(pod(namespace, good), dry_run=True).message)


def left(made: Release) -> list[str]:
    """Return the kinds of what the release has left in the cluster."""
    return [each["kind"] for each in made.objects if made.cluster.api.get(each).ok]


def test_nothing_is_left_after_uninstalling(made: Release, namespace: str, world: Registry) -> None:
    """Everything of the release is gone, and pods start without the gate."""
    made.apply()
    assert set(left(made)) >= {"ValidatingWebhookConfiguration", "Deployment", "Service"}
    made.delete()
    eventually(lambda: left(made) == [])
    assert made.cluster.api.create(pod(namespace, world.app())).ok


@pytest.mark.parametrize("part", [0.5, 1.0])
def test_install_that_fails_blocks_nothing(cluster: ApiServer, namespace: str, world: Registry, part: float) -> None:
    """However far an install got whose gate never comes, pods start meanwhile and afterwards."""
    broken = release(cluster, namespace, {})
    broken.guard(namespace)
    broken.apply(round(part * len(broken.objects)))
    assert cluster.api.create(pod(namespace, world.app(), "meanwhile")).ok
    broken.delete()
    eventually(lambda: left(broken) == [])
    assert cluster.api.create(pod(namespace, world.app(), "afterwards")).ok


def test_a_deployment_that_is_scaled_by_its_subresource(made: Release, namespace: str, world: Registry) -> None:
    """`kubectl scale` works while the gate is down."""
    subject = deployment(namespace, world.app(), replicas=0)
    made.cluster.api.create(subject).done()
    made.apply()
    done = made.cluster.kubectl("--namespace", namespace, "scale", "deployment/web", "--replicas", "2")
    assert (done.returncode, done.stderr) == (0, "")
