"""The audit before an emulated registry with bad days, and a cluster with labels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.auditing import REPLICA_SETS, Cluster, audited_cluster, running_pod
from tests.service.registry import REGISTRY_ID, Registry, registry
from webhook.emulator.fault_text import parse_fault

UNSCANNED = {"name": f"{REGISTRY_ID}/shop/unscanned", "id": "crpunscanned"}


@pytest.fixture
def world() -> Iterator[Registry]:
    """A registry."""
    with registry(UNSCANNED) as served:
        yield served


@pytest.fixture
def cluster(tmp_path: Path, world: Registry) -> Iterator[Cluster]:
    """A cluster whose gate would remember two answers of the registry, and works on one review at a time."""
    registry_section, server = {"remembered": 2, "concurrency": 2}, {"threads": 2}
    with audited_cluster(tmp_path, world, registry_section=registry_section, server=server) as served:
        yield served


def test_one_question_for_each_image(cluster: Cluster, world: Registry) -> None:
    """However many pods run an image, and however little a gate would remember, it is asked about once."""
    apps = [*world.apps(5), *world.apps(3, critical=1)]
    unscanned = next(image for image in world.emulator.world.images if image.id == "crpunscanned")
    missing = f"cr.yandex/{UNSCANNED['name']}@{unscanned.digest}"
    references = [*(app.reference for app in apps), missing]
    cluster.run_pods(*(running_pod(f"web-{n:03}", references[n % 9], references[-n % 9]) for n in range(90)))
    report = cluster.report(code=1)
    assert (report["pods"], report["images"], len(report["violations"])) == (90, 9, 4)
    counts = world.emulator.calls.counts()
    scans = {path: number for path, number in counts.items() if path.endswith(":lastScanResult")}
    assert set(scans.values()) == {1}
    assert len(scans) == 9


def test_named_scans(cluster: Cluster, world: Registry) -> None:
    """A scan that pods name is asked for once, and their annotations count."""
    app = world.app(critical=1)
    pods = [running_pod(f"web-{number}", app.reference) for number in range(20)]
    for pod in pods:
        pod["metadata"]["annotations"] = {"scan-result.scangate.dev/app": app.scan_id}
    cluster.run_pods(*pods)
    [violation] = cluster.report(code=1)["violations"]
    assert (violation["image"]["source"], violation["podCount"]) == ("annotation", 20)
    assert world.emulator.calls.count(f"*/{app.scan_id}") == 1


def test_a_passing_trouble_of_the_registry(cluster: Cluster, world: Registry) -> None:
    """It is asked again, and the audit is whole."""
    cluster.run_pods(running_pod("web", world.app().reference))
    world.emulator.faults.replace([parse_fault("status:503,path=*:lastScanResult,times=2")])
    assert cluster.report()["whole"] is True


def test_an_outage_of_the_registry(cluster: Cluster, world: Registry) -> None:
    """What could not be judged is no answer, and is told apart from what violates the policy."""
    cluster.run_pods(running_pod("web", world.app().reference))
    world.emulator.faults.replace([parse_fault("status:503,path=*:lastScanResult")])
    report = cluster.report(code=2)
    assert [one["image"]["reason"] for one in report["violations"]] == ["unavailable"]
    assert report["troubles"][0].startswith("shop/Pod/web: ")


def test_labels_of_namespaces(tmp_path: Path, world: Registry) -> None:
    """A rule about labels is applied with those that the API server knows, though the gate was not told how to ask."""
    rule = {"name": "prod", "match": {"namespaceLabels": {"tier": "prod"}}}
    with audited_cluster(tmp_path, world, rule=rule) as cluster:
        cluster.server.put("/api/v1/namespaces/shop", {"metadata": {"labels": {"tier": "prod"}}})
        cluster.run_pods(*(running_pod(f"web-{number}", world.app(medium=1).reference) for number in range(5)))
        assert cluster.report()["violations"] == []
        assert cluster.server.calls.count(("GET", "/api/v1/namespaces/shop")) == 1


def test_labels_that_cannot_be_had(tmp_path: Path, world: Registry) -> None:
    """Then it is not known which rule applies, and the audit is not whole."""
    with audited_cluster(tmp_path, world, rule={"match": {"namespaceLabels": {"tier": "prod"}}}) as cluster:
        cluster.run_pods(running_pod("web", world.app().reference))
        [trouble] = cluster.report(code=2)["troubles"]
        assert "namespace-unknown" in trouble


def test_owners(cluster: Cluster, world: Registry) -> None:
    """Pods of a ReplicaSet are those of its Deployment; where that may not be read, those of the ReplicaSet."""
    app = world.app(critical=1)
    deployment = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web", "uid": "1", "controller": True}
    cluster.server.put(f"{REPLICA_SETS}/web-1", {"metadata": {"uid": "web-1", "ownerReferences": [deployment]}})
    cluster.run_pods(*(running_pod(f"web-1-{number}", app.reference, of="web-1") for number in range(3)))
    [owner] = cluster.report(code=1)["violations"][0]["owners"]
    assert (owner["kind"], owner["name"]) == ("Deployment", "web")
    cluster.server.forbidden.add(("GET", f"{REPLICA_SETS}/web-1"))
    report = cluster.report(code=1)
    [owner] = report["violations"][0]["owners"]
    assert (owner["kind"], owner["name"], report["whole"]) == ("ReplicaSet", "web-1", True)


def test_nobody_to_be(cluster: Cluster, world: Registry) -> None:
    """Without a token there is no answer, and nothing is read."""
    world.emulator.faults.replace([parse_fault("status:401,path=*")])
    cluster.run_pods(running_pod("web", world.app().reference))
    done = cluster.audit(environment={"YC_SERVICE_ACCOUNT_KEY_FILE": "none.json"})
    assert (done.returncode, done.stdout) == (2, "")
    assert cluster.server.calls == []
