"""`scangate activate` on a real API server, with the rights that the chart gives it, and nothing else."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import NAMESPACE, Release, guarding, pod, release
from tests.http_calls import unused_port
from tests.processes import eventually, run
from tests.service.registry import Registry

HOST = f"scangate.{NAMESPACE}.svc"


@pytest.fixture
def made(cluster: ApiServer, namespace: str, authority: Authority) -> Iterator[Release]:
    """Install the chart as it is by default, but with a certificate of our own."""
    own = {"existingSecret": "scangate-tls", "caBundle": authority.pem}
    installed = release(cluster, namespace, {"certificates": {"mode": "own", "own": own}})
    installed.guard(namespace)
    installed.apply()
    yield installed
    installed.delete()


def activated(made: Release, folder: Path, port: int) -> "subprocess.CompletedProcess[str]":
    """Do what the chart's hook does, as its account, before a gate on this machine."""
    [expected] = [each for each in made.objects if each["metadata"]["name"] == "scangate-webhook"]
    file = folder / "webhook.yaml"
    file.write_text(expected["data"]["webhook.yaml"])
    kubeconfig = made.cluster.kubeconfig_of_account(NAMESPACE, "scangate-activate")
    place = ("--namespace", NAMESPACE, "--webhook", "scangate", "--expected", str(file))
    way = ("--kubeconfig", str(kubeconfig), "--connect-to", f"127.0.0.1:{port}")
    return run("activate", *place, *way, "--wait", "2s")


def registration(made: Release) -> Document:
    """Return the webhook of the cluster."""
    [webhook] = made.cluster.api.get(made.registration).done()["webhooks"]
    assert isinstance(webhook, dict)
    return webhook


def test_gate_is_asked_only_once_it_answers(
    made: Release, namespace: str, world: Registry, authority: Authority, tmp_path: Path
) -> None:
    """Before the gate is there the hook fails and nothing is blocked; then its rules come into force, and stay."""
    api, port, bad = made.cluster.api, unused_port(), world.app(critical=1)
    done = activated(made, tmp_path, port)
    assert done.returncode == 1, done.stderr
    assert registration(made).get("rules", []) == []
    assert api.create(pod(namespace, bad), dry_run=True).ok

    with guarding(made, port, world, authority, tmp_path, host=HOST):
        done = activated(made, tmp_path, port)
        assert (done.returncode, done.stderr) == (0, "")
    assert len(registration(made)["rules"]) == 4
    assert base64.b64decode(registration(made)["clientConfig"]["caBundle"]).decode() == authority.pem
    # Nobody is behind the Service here: that the API server asks it now shows by its failure to.
    eventually(lambda: api.create(pod(namespace, bad), dry_run=True).status == 500)


def test_rights_are_to_the_one_object(made: Release) -> None:
    """The account may not read or change any other webhook configuration."""
    kubeconfig = made.cluster.kubeconfig_of_account(NAMESPACE, "scangate-activate")
    for verb, name in (("get", "other"), ("patch", "other"), ("delete", "scangate"), ("update", "scangate")):
        question = ["auth", "can-i", verb, f"validatingwebhookconfigurations/{name}"]
        done = made.cluster.kubectl(*question, "--kubeconfig", kubeconfig)
        assert done.stdout.strip() == "no", (verb, name, done.stderr)
