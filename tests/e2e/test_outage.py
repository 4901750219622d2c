"""A cluster whose gate is away, comes back, and is removed: what still works, and what does not."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import (
    DOWN,
    NAMESPACE,
    Guard,
    Release,
    deployment,
    guarding,
    pod,
    reached,
    release,
)
from tests.e2e.installation import document
from tests.processes import eventually
from tests.service.registry import Registry
from webhook.emulator.world import Scan, ScanStatus, Severity
from webhook.wiring.clock import now


@pytest.fixture
def made(cluster: ApiServer, namespace: str, authority: Authority, port: int) -> Iterator[Release]:
    """The chart in a cluster, guarding the namespace."""
    installed = release(cluster, namespace, reached(port, authority))
    installed.guard(namespace)
    yield installed
    installed.delete()


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


def events(made: Release, namespace: str) -> list[str]:
    """Return what the controllers say of pods that they could not create in a namespace."""
    found = made.cluster.api.send("GET", f"/api/v1/namespaces/{namespace}/events").done()["items"]
    return [event["message"] for event in found if event["reason"] == "FailedCreate"]


def test_scan_that_gets_worse(
    made: Release, namespace: str, world: Registry, gate: Callable[[], AbstractContextManager[Guard]]
) -> None:
    """The pod of a Deployment that was admitted is refused when it is made anew, if by then its image is known bad."""
    made.cluster.needs("kube-controller-manager")
    api, app = made.cluster.api, world.app()
    pods = f"/api/v1/namespaces/{namespace}/pods"
    made.apply()
    made.wait(namespace)
    with gate():
        eventually(lambda: api.create(deployment(namespace, app)).ok)
        eventually(lambda: len(api.send("GET", pods).done()["items"]) == 1)
    counts = {Severity.CRITICAL: 2}
    worse = Scan(
        id="cheworse", image_id=app.image_id, status=ScanStatus.READY, started_at=now(), scanned_at=now(), counts=counts
    )
    world.emulator.add_scan(worse)
    with gate():
        api.send("DELETE", pods).done()
        eventually(lambda: any("2 critical (limit 0) in scan cheworse" in said for said in events(made, namespace)))
        assert api.send("GET", pods).done()["items"] == []


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
