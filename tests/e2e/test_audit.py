"""Running pods of a real API server, audited."""

from pathlib import Path

import pytest

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.audits import Auditor, grant
from tests.e2e.fleet import owned, running_status
from tests.e2e.guarded import pod_spec
from tests.e2e.installation import document
from tests.processes import eventually
from tests.service.registry import Registry


@pytest.fixture
def auditor(cluster: ApiServer, namespace: str, world: Registry, tmp_path: Path) -> Auditor:
    """Return somebody who may audit."""
    return Auditor(grant(cluster, namespace), world, tmp_path / "audit", {})


def _pod(namespace: str, name: str, image: str) -> Document:
    return document("v1", "Pod", name, namespace) | {"spec": pod_spec(image)}


def test_planted_violations(cluster: ApiServer, namespace: str, auditor: Auditor) -> None:
    """What violates the policy is found with where it runs, by the digest that runs; and nothing else is."""
    good, bad, old = auditor.registry.app(), auditor.registry.app(critical=2), auditor.registry.app(high=1)
    tagged = f"{bad.reference.partition('@')[0]}:1.0"
    pods = [
        _pod(namespace, "good", good.reference),
        _pod(namespace, "bad", tagged),
        _pod(namespace, "done", old.reference),
    ]
    for made in pods:
        cluster.api.create(made).done()
    names = [container["name"] for container in pods[1]["spec"]["containers"]]
    cluster.api.patch(pods[1], running_status(*((name, bad.reference) for name in names)), subresource="status").done()
    cluster.api.patch(pods[2], {"status": {"phase": "Succeeded"}}, subresource="status").done()

    report = auditor.report("-n", namespace, code=1)

    assert (report["whole"], report["pods"], report["owners"], report["images"]) == (True, 2, 2, 2)
    [violation] = report["violations"]
    assert violation["image"]["reference"] == f"{tagged}@{bad.digest}"
    assert violation["image"]["reason"] == "over-limits"
    assert [(owner["kind"], owner["name"]) for owner in violation["owners"]] == [("Pod", "bad")]


def test_owners_at_the_top(cluster: ApiServer, namespace: str, auditor: Auditor) -> None:
    """Pods that real controllers have made are known by their Deployment and their CronJob."""
    cluster.needs("kube-controller-manager")
    bad = auditor.registry.app(critical=1)
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod_spec(bad.reference)}
    selected = {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template}
    job = {"template": {"spec": pod_spec(bad.reference) | {"restartPolicy": "Never"}}}
    nightly = {"schedule": "0 0 1 1 *", "suspend": True, "jobTemplate": {"spec": job}}
    [cron_job, _] = cluster.api.apply(
        document("batch/v1", "CronJob", "nightly", namespace) | {"spec": nightly},
        document("apps/v1", "Deployment", "web", namespace) | {"spec": selected},
    )
    # As `kubectl create job --from=cronjob/nightly` does it.
    cluster.api.create(owned(document("batch/v1", "Job", "nightly-1", namespace), cron_job) | {"spec": job}).done()
    pods = f"/api/v1/namespaces/{namespace}/pods"
    eventually(lambda: len(cluster.api.send("GET", pods).done()["items"]) == 3)

    report = auditor.report("-n", namespace, code=1)

    [violation] = report["violations"]
    owners = {(owner["kind"], owner["name"]) for owner in violation["owners"]}
    assert owners == {("Deployment", "web"), ("CronJob", "nightly")}
    assert (report["owners"], report["pods"], violation["podCount"]) == (2, 3, 3)
