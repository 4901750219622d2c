"""`scangate activate`, as a process in front of an API server, and of a gate that answers or does not."""

import base64
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.api_server import WEBHOOKS, ApiServer, installation, serving
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.http_calls import unused_port
from tests.processes import run

HOST = "scangate.scangate.svc"


@pytest.fixture(scope="module")
def authority() -> Authority:
    """The authority of the gate's certificate."""
    return Authority()


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[ApiServer]:
    """Serve an installation whose webhooks have the authority, and no rules."""
    objects = installation()
    for webhook in objects[WEBHOOKS]["webhooks"]:
        webhook["rules"] = []
        webhook["clientConfig"]["caBundle"] = base64.b64encode(authority.pem.encode()).decode()
    with serving(tmp_path, objects) as running:
        yield running


@pytest.fixture
def running_gate(tmp_path: Path, authority: Authority) -> Iterator[Gate]:
    """Run a gate with a certificate for the name of its Service."""
    folder = tmp_path / "gate"
    folder.mkdir()
    authority.issue(HOST).write(folder)
    tls = {"certFile": "tls.crt", "keyFile": "tls.key"}
    with gate(folder, authority, Setup(registry="http://127.0.0.1:9", server={"tls": tls})) as process:
        yield process


def activate(server: ApiServer, folder: Path, port: int, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command for a gate on a port of this machine."""
    expected = folder / "expected.yaml"
    expected.write_text(yaml.safe_dump(installation()[WEBHOOKS]))
    place = ("--namespace", "scangate", "--webhook", "scangate", "--expected", str(expected))
    way = ("--kubeconfig", str(server.kubeconfig), "--connect-to", f"127.0.0.1:{port}")
    return run("activate", *place, *way, *arguments)


def rules(server: ApiServer) -> list[int]:
    """Return how many rules each webhook has."""
    return [len(webhook["rules"]) for webhook in server.objects[WEBHOOKS]["webhooks"]]


def test_gate_that_answers(server: ApiServer, running_gate: Gate, tmp_path: Path) -> None:
    """Exit code 0, and the rules are those that were expected; the gate has a record of the question."""
    done = activate(server, tmp_path, running_gate.port)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "scangate: the gate answers; its rules are in force now.\n"
    assert rules(server) == [1, 1]
    record = running_gate.process.output.first(lambda line: line["request"]["user"] == "scangate:activate")
    assert (record["reason"], record["allowed"]) == ("deletion", True)
    done = activate(server, tmp_path, running_gate.port)
    assert done.stdout == "scangate: the gate answers, and its rules are in force already.\n"


def test_gate_that_is_not_there(server: ApiServer, tmp_path: Path) -> None:
    """Exit code 1: nothing was changed, and what stood in the way is said."""
    done = activate(server, tmp_path, unused_port(), "--wait", "1s")
    assert (done.returncode, done.stderr) == (1, "")
    assert "could not be connected to" in done.stdout
    assert "nothing was changed" in done.stdout
    assert rules(server) == [0, 0]


def test_gate_that_proves_to_be_another(server: ApiServer, running_gate: Gate, tmp_path: Path) -> None:
    """A certificate that the caBundle does not vouch for is no answer, as it would be none for an API server."""
    for webhook in server.objects[WEBHOOKS]["webhooks"]:
        webhook["clientConfig"]["caBundle"] = base64.b64encode(Authority().pem.encode()).decode()
    done = activate(server, tmp_path, running_gate.port, "--wait", "1s")
    assert done.returncode == 1
    assert "could not prove its identity over TLS" in done.stdout
    assert rules(server) == [0, 0]
