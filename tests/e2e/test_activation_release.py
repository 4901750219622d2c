"""`scangate activate` on a real API server, as the chart's hook runs it, with the rights that the chart gives."""

import base64
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from charts.rendering import Rendered, objects, render
from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.gates import Gate, Setup, gate
from tests.processes import eventually, run
from tests.sockets import unused_url

KINDS = ("ValidatingWebhookConfiguration", "ServiceAccount", "ClusterRole", "ClusterRoleBinding")
IMAGE = "registry.example/app:1"


@dataclass(frozen=True, slots=True)
class Release:
    """A release of the chart, as far as an API server without nodes has a use for it, and its gate."""

    cluster: ApiServer
    namespace: str
    gate: Gate
    authority: Authority
    objects: tuple[Rendered, ...]
    folder: Path

    @property
    def name(self) -> str:
        """The name of the webhook configuration."""
        return next(each.name for each in self.objects if each.kind == KINDS[0])

    @property
    def registration(self) -> Document:
        """The webhook configuration as the cluster has it."""
        return next(self.cluster.api.get(each.content).done() for each in self.objects if each.kind == KINDS[0])

    def publish(self) -> None:
        """Write the authority, as whoever makes the certificate does."""
        bundle = base64.b64encode(self.authority.pem.encode()).decode()
        change = [{"op": "add", "path": "/webhooks/0/clientConfig/caBundle", "value": bundle}]
        path = self.cluster.api.path(self.registration)
        self.cluster.api.send("PATCH", path, change, kind="application/json-patch+json").done()

    def command(self, component: str, *more: str, account: str = "") -> "subprocess.CompletedProcess[str]":
        """Run what the hook or the test of the release runs, as its account or another one of the release."""
        file = self.folder / "webhook.yaml"
        data = next(each.content["data"] for each in self.objects if each.name == f"{self.name}-webhook")
        file.write_text(data["webhook.yaml"])
        place = ("--namespace", self.namespace, "--webhook", self.name, "--expected", file)
        kubeconfig = self.cluster.kubeconfig_of_account(self.namespace, f"{self.name}-{account or component}")
        return run(component, *place, "--kubeconfig", kubeconfig, *more)

    def refused(self) -> bool:
        """Tell whether a pod whose image has no digest is refused by this gate, where it guards."""
        spec = {"containers": [{"name": "app", "image": IMAGE}]}
        metadata = {"name": "app", "namespace": f"{self.namespace}-guarded"}
        answer = self.cluster.api.create(
            {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}, dry_run=True
        )
        assert answer.ok or "unpinned" in answer.message, answer.message
        return not answer.ok


@pytest.fixture
def release(cluster: ApiServer, namespace: str, tmp_path: Path) -> Iterator[Release]:
    """Install one without an authority yet, beside a namespace that is guarded; take its webhook away at the end."""
    authority = Authority()
    with gate(tmp_path, authority, Setup(registry=unused_url())) as running:
        webhook = {
            "url": f"https://127.0.0.1:{running.port}/validate",
            # This cluster is shared with other tests.
            "namespaceSelector": {"matchLabels": {"guarded-by": namespace}},
        }
        rendered = objects(render({"webhook": webhook}, release=namespace, namespace=namespace))
        cluster.api.apply(*(each.content for each in rendered if each.kind in KINDS))
        labels = {"guarded-by": namespace}
        guarded = {"metadata": {"name": f"{namespace}-guarded", "labels": labels}}
        cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", **guarded})
        made = Release(cluster, namespace, running, authority, rendered, tmp_path)
        yield made
        cluster.api.delete(made.registration).done()


def test_nothing_is_refused_before_the_gate_has_answered(release: Release) -> None:
    """Without an authority the command waits in vain, changes nothing, and pods can be created."""
    before = release.registration

    done = release.command("activate", "--wait", "1s")

    assert (done.returncode, done.stderr) == (1, "")
    assert "and nothing was changed: validate.scangate.dev: caBundle is empty" in done.stdout
    assert release.registration == before
    assert not release.refused()
    assert release.command("verify").returncode == 1


def test_the_gate_guards_once_it_has_answered(release: Release) -> None:
    """With the chart's rights, get and patch on one object, the rules are written, and verify finds them right."""
    release.publish()
    before = release.registration

    done = release.command("activate")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{release.name}: the gate answers; its rules are in force now.\n"
    verified = release.command("verify")
    assert (verified.returncode, verified.stdout) == (0, f"{release.name}: as expected.\n")
    after = release.registration
    assert after["webhooks"][0].pop("rules")
    assert after["webhooks"] == before["webhooks"]
    eventually(release.refused)


def test_a_second_run_changes_nothing(release: Release) -> None:
    """After an upgrade the hook finds its rules there, and leaves the object alone."""
    release.publish()
    release.command("activate")
    before = release.registration

    done = release.command("activate")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{release.name}: the gate answers, and its rules are in force already.\n"
    assert release.registration == before


def test_rules_that_somebody_changed_are_replaced(release: Release) -> None:
    """Whatever rules are there, those that are expected take their place, and are not added to them."""
    release.publish()
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["DELETE"], "resources": ["configmaps"]}
    change = [{"op": "add", "path": "/webhooks/0/rules", "value": [rule]}]
    path = release.cluster.api.path(release.registration)
    release.cluster.api.send("PATCH", path, change, kind="application/json-patch+json").done()

    assert release.command("activate").returncode == 0
    assert release.command("verify").stdout == f"{release.name}: as expected.\n"


def test_an_account_without_the_right(release: Release) -> None:
    """Who may only read is told what is missing; the gate is not brought into force."""
    release.publish()

    done = release.command("activate", account="verify")

    assert done.returncode == 2
    assert "cannot patch resource" in done.stderr
    assert "rules" not in release.registration["webhooks"][0]
