"""The chart as Helm installs it in a real cluster, hooks included, with its pods run as a kubelet would."""

import base64
import json
from pathlib import Path
from typing import Any

import helm_python
import pytest

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import pod
from tests.e2e.helm import NAME, NAMESPACE, helm
from tests.e2e.installation import document
from tests.e2e.kubelet import kubelet
from tests.e2e.programs import free_ports
from tests.processes import TOKEN, eventually
from tests.service.registry import Registry


def values(authority: Authority, world: Registry) -> dict[str, Any]:
    """Return values for one gate on this machine, with the certificate of *authority*, before *world*."""
    port, probe_port = free_ports(2)
    return {
        "replicas": 1,
        "certificates": {"mode": "own", "own": {"existingSecret": "gate-tls", "caBundle": authority.pem}},
        "webhook": {"url": f"https://127.0.0.1:{port}/validate"},
        "server": {"host": "127.0.0.1", "port": port, "probePort": probe_port, "drainSeconds": 0},
        "cloud": {"endpoint": world.url, "allowHttp": True},
        "registry": {"hosts": {"cr.yandex": world.url}},
        "identity": {"mode": "environment"},
        "extraEnv": [{"name": "YC_TOKEN", "value": TOKEN}],
    }


@pytest.fixture
def prepared(cluster: ApiServer, authority: Authority) -> ApiServer:
    """Make the namespace of the release, with a certificate in it."""
    pair = authority.issue()
    files = {"tls.crt": pair.certificate, "tls.key": pair.key}
    data = {name: base64.b64encode(text).decode() for name, text in files.items()}
    cluster.api.apply(
        document("v1", "Namespace", NAMESPACE),
        document("v1", "Secret", "gate-tls", NAMESPACE) | {"data": data},
    )
    return cluster


def rules(cluster: ApiServer) -> list[Document]:
    """Return the rules of the webhook."""
    kind = document("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", NAME)
    [webhook] = cluster.api.get(kind).done()["webhooks"]
    found = webhook.get("rules", [])
    assert isinstance(found, list)
    return found


def test_from_audit_to_enforcement_and_away(
    prepared: ApiServer, namespace: str, world: Registry, authority: Authority, tmp_path: Path
) -> None:
    """Installed in audit mode it only records; upgraded it refuses; its test passes; uninstalled, nothing is left."""
    prepared.needs("kube-controller-manager")
    api, bad, good, usual = prepared.api, world.app(critical=3), world.app(), values(authority, world)
    with helm(prepared) as release, kubelet(prepared, NAMESPACE, tmp_path) as pods:
        release.install(usual | {"policy": {"mode": "audit"}})
        assert rules(prepared)
        [gate] = pods.programs("gate")
        eventually(lambda: api.create(pod(namespace, bad, "audited"), dry_run=True).ok and bool(gate.output.all()))
        record = gate.output.first(lambda line: line["request"]["name"] == "audited")
        assert (record["decision"], record["allowed"]) == ("deny", True)

        release.upgrade(usual | {"policy": {"mode": "enforce"}})
        eventually(lambda: api.create(pod(namespace, bad), dry_run=True).status == 403)
        assert api.create(pod(namespace, good), dry_run=True).ok
        assert pods.programs("gate") == [gate], "a new policy must not need a new pod"
        release.test()

        release.uninstall()
        eventually(lambda: release.left() == [])
        assert api.create(pod(namespace, bad)).ok


def test_bypass_is_told_by_the_gate(
    prepared: ApiServer, namespace: str, world: Registry, authority: Authority, tmp_path: Path
) -> None:
    """Somebody edits the webhook configuration so that pods pass: the gate warns, with the one right that it has."""
    prepared.needs("kube-controller-manager")
    check = {"selfCheck": {"enabled": True, "interval": "1s"}}
    with helm(prepared) as release, kubelet(prepared, NAMESPACE, tmp_path) as pods:
        release.install(values(authority, world) | check)
        [gate] = pods.programs("gate")
        gate.log.first(lambda line: line["message"] == f"self-check: {NAME}: as expected.")

        path = [{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": "Ignore"}]
        edit = ("patch", "validatingwebhookconfiguration", NAME, "--type=json", f"--patch={json.dumps(path)}")
        assert prepared.kubectl(*edit).returncode == 0

        said = gate.log.first(lambda line: line["level"] == "warning" and "bypass" in line["message"])
        assert "validate.scangate.dev: failurePolicy is Ignore" in said["message"]
        assert gate.process.poll() is None


FAILING_SECONDS = 3
"""How long Helm waits for a gate that never comes."""


def test_gate_that_never_comes(prepared: ApiServer, namespace: str, world: Registry) -> None:
    """The release has then failed, and no rule is in force: pods start, before and after it is uninstalled."""
    api, app = prepared.api, world.app(critical=3)
    with helm(prepared) as release:
        with pytest.raises(helm_python.HelmError):
            release.install({}, seconds=FAILING_SECONDS)
        assert rules(prepared) == []
        assert api.create(pod(namespace, app, "meanwhile")).ok
        release.uninstall()
        eventually(lambda: release.left() == [])
        assert api.create(pod(namespace, app, "afterwards")).ok


@pytest.fixture
def installer(cluster: ApiServer) -> Path:
    """Give the kubeconfig of somebody who may make everything that the chart has, but no Deployment."""
    groups = ["", "admissionregistration.k8s.io", "batch", "coordination.k8s.io", "networking.k8s.io", "policy"]
    groups.append("rbac.authorization.k8s.io")
    rules = [{"apiGroups": groups, "resources": ["*"], "verbs": ["*"]}]
    rules.append({"apiGroups": ["*"], "resources": ["*"], "verbs": ["get", "list", "watch"]})
    kind, subject = "rbac.authorization.k8s.io", {"kind": "User", "name": "installer"}
    cluster.api.apply(
        document(f"{kind}/v1", "ClusterRole", "installer") | {"rules": rules},
        document(f"{kind}/v1", "ClusterRoleBinding", "installer")
        | {
            "roleRef": {"apiGroup": kind, "kind": "ClusterRole", "name": "installer"},
            "subjects": [{"apiGroup": kind, **subject}],
        },
    )
    return cluster.kubeconfig_for("installer")


def test_install_that_breaks_off(prepared: ApiServer, namespace: str, world: Registry, installer: Path) -> None:
    """An install that stops half-way blocks no pod, and leaves nothing that an uninstall does not remove."""
    with helm(prepared, installer) as release:
        with pytest.raises(helm_python.HelmError, match="deployments"):
            release.install({})
        assert release.left()
        assert prepared.api.create(pod(namespace, world.app(critical=3))).ok
    eventually(lambda: release.left() == [])
