"""Rules that ask for labels of namespaces, with a real API server that knows them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import NAMESPACE, release
from tests.e2e.installation import document
from tests.gates import Gate, Setup, gate
from tests.processes import eventually
from tests.service.registry import App, Registry

LABELLED = {"name": "default", "match": {"namespaceLabels": {"stage": "dev"}}, "limits": {"critical": "unlimited"}}
"""What it does not match is judged by the strict rule."""


def in_namespace(app: App, namespace: str) -> Document:
    """Return the review of a pod with an image in a namespace."""
    document = app.review()
    document["request"]["namespace"] = namespace
    return document


@pytest.fixture
def labelled(cluster: ApiServer, world: Registry, tmp_path: Path) -> Iterator[Gate]:
    """A gate that asks the API server with the rights that the chart gives it, and no others."""
    made = release(cluster, "labels", {"policy": {"namespaceLabels": True}})
    made.apply()
    config = yaml.safe_load(cluster.kubeconfig_of_account(NAMESPACE, "scangate").read_text())
    (tmp_path / "token").write_text(config["users"][0]["user"]["token"])
    asked = {"endpoint": cluster.url, "tokenFile": "token", "caFile": str(cluster.folder / "ca.crt")}
    setup = Setup(registry=world.url, rule=LABELLED, settings={"apiServer": asked})
    with gate(tmp_path, Authority(), setup) as running:
        yield running
    made.delete()


def test_namespace_that_is_labelled_is_judged_by_its_rule(cluster: ApiServer, world: Registry, labelled: Gate) -> None:
    """Others by the strict rule; a label that is given or taken away counts within seconds."""
    app = world.app(critical=1)
    cluster.api.apply(document("v1", "Namespace", "labelled-dev"), document("v1", "Namespace", "labelled-prod"))
    cluster.api.patch(document("v1", "Namespace", "labelled-dev"), {"metadata": {"labels": {"stage": "dev"}}}).done()

    def admits(namespace: str) -> bool:
        return bool(labelled.judge(in_namespace(app, namespace))["allowed"])

    eventually(lambda: admits("labelled-dev"))
    assert not admits("labelled-prod")
    cluster.api.patch(document("v1", "Namespace", "labelled-dev"), {"metadata": {"labels": {"stage": None}}}).done()
    eventually(lambda: not admits("labelled-dev"))


def test_namespace_that_is_not_there_is_not_judged_leniently(world: Registry, labelled: Gate) -> None:
    """What its labels are nobody knows."""
    response = labelled.judge(in_namespace(world.app(), "nobody-made-it"))

    assert response["allowed"] is False
    assert "namespace-unknown" in response["status"]["message"]
