"""`scangate activate`, as a process between an API server and a gate: each way in which it can fail."""

import base64
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.api_server import TOKEN, WEBHOOKS, ApiServer, Document, installation, serving
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import eventually, run, running
from tests.sockets import unused_url

HOST = "scangate.scangate.svc"


def registered(*, ca: str = "", url: str = "", rules: bool = False) -> Document:
    """Return the webhook configuration with one webhook."""
    found = installation()[WEBHOOKS]
    [webhook, _] = found["webhooks"]
    if url:
        webhook["clientConfig"] = {"url": url}
    if ca:
        webhook["clientConfig"]["caBundle"] = base64.b64encode(ca.encode()).decode()
    if not rules:
        del webhook["rules"]
    return found | {"webhooks": [webhook]}


@dataclass
class Place:
    """A folder with an authority, in which servers run as long as the test."""

    folder: Path
    stack: ExitStack
    authority: Authority = field(default_factory=Authority)

    def gate(self, host: str = "localhost") -> Gate:
        """Run a gate that is *host*."""
        folder = self.folder / "gate"
        folder.mkdir()
        self.authority.issue(host).write(folder)
        tls = {"tls": {"certFile": "tls.crt", "keyFile": "tls.key"}}
        return self.stack.enter_context(gate(folder, self.authority, Setup(registry=unused_url(), server=tls)))

    def cluster(self, live: Document) -> ApiServer:
        """Run an API server that has *live*."""
        return self.stack.enter_context(serving(self.folder, {WEBHOOKS: live}))

    def arguments(self, cluster: ApiServer, expected: Document, *more: str) -> tuple[str | Path, ...]:
        """Return the command; it waits for no more than *more* says."""
        file = self.folder / "expected.yaml"
        file.write_text(yaml.safe_dump(expected))
        place = ("--namespace", "scangate", "--webhook", "scangate", "--kubeconfig", cluster.kubeconfig)
        return ("activate", *place, "--expected", file, "--wait", "0s", *more)

    def activate(self, cluster: ApiServer, expected: Document, *more: str) -> "subprocess.CompletedProcess[str]":
        """Run the command; what it says is no secret."""
        done = run(*self.arguments(cluster, expected, *more))
        assert TOKEN not in done.stdout + done.stderr
        return done


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give a folder, and end what runs in it."""
    with ExitStack() as stack:
        yield Place(tmp_path, stack)


def rules(cluster: ApiServer) -> list[Document]:
    """Return the rules that the cluster has."""
    found: list[Document] = cluster.objects[WEBHOOKS]["webhooks"][0].get("rules", [])
    return found


@pytest.mark.parametrize(("host", "proven"), [(HOST, True), ("localhost", False)])
def test_gate_behind_a_service(place: Place, host: str, proven: bool) -> None:
    """It is asked through the given port, and must prove to be the Service."""
    there = f"localhost:{place.gate(host).port}"
    cluster = place.cluster(registered(ca=place.authority.pem))

    done = place.activate(cluster, registered(rules=True), "--connect-to", there)

    assert (done.returncode, done.stderr, bool(rules(cluster))) == (0 if proven else 1, "", proven)
    assert proven or f"certificate is not valid for '{HOST}'" in done.stdout


def test_wrong_path(place: Place) -> None:
    """What the gate says about it is shown."""
    url = f"https://localhost:{place.gate().port}/elsewhere"
    cluster = place.cluster(registered(url=url, ca=place.authority.pem))

    done = place.activate(cluster, registered(url=url, rules=True))

    assert (done.returncode, done.stderr, rules(cluster)) == (1, "", [])
    assert "answered HTTP 404: " in done.stdout


@pytest.mark.parametrize(
    ("ca", "said"),
    [
        ("", "caBundle is empty"),
        ("nonsense", "caBundle: is no PEM of certificates"),
        (Authority().pem, "the gate could not be connected to (NewConnectionError: Connection refused)"),
    ],
)
def test_nobody_answers(place: Place, ca: str, said: str) -> None:
    """Exit code 1 with the last trouble, and nothing is written."""
    url = unused_url().replace("http:", "https:")
    cluster = place.cluster(registered(url=url, ca=ca))

    done = place.activate(cluster, registered(url=url, rules=True))

    assert (done.returncode, done.stderr) == (1, "")
    assert said in done.stdout.splitlines()[-1]
    assert {method for method, _ in cluster.calls} == {"GET"}


def test_name_that_is_not_known(place: Place) -> None:
    """A Service is looked up by the name that it has in the cluster; where there is none, it says so."""
    cluster = place.cluster(registered(ca=place.authority.pem))
    done = place.activate(cluster, registered(rules=True))
    assert (done.returncode, done.stderr) == (1, "")
    assert "(NameResolutionError: " in done.stdout


def test_authority_that_comes_later(place: Place) -> None:
    """The command waits for it, and says what it waits for."""
    url = f"https://localhost:{place.gate().port}/validate"
    cluster = place.cluster(registered(url=url))
    arguments = place.arguments(cluster, registered(url=url, rules=True), "--wait", "20s")
    with running(*arguments) as process:
        eventually(lambda: bool(process.output.all()))
        assert b"waiting: pods.scangate.dev: caBundle is empty" in process.output.all()[0]
        cluster.put(WEBHOOKS, registered(url=url, ca=place.authority.pem))
        assert process.wait() == 0
    assert rules(cluster)


def test_object_that_is_missing(place: Place) -> None:
    """Exit code 2 at once, and it is named."""
    cluster = place.cluster(registered())
    cluster.objects.clear()
    done = place.activate(cluster, registered(rules=True), "--wait", "600s")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "scangate: validatingwebhookconfiguration scangate: not found\n"


@pytest.mark.parametrize("expected", [registered(), {"kind": "Pod"}, registered(rules=True) | {"webhooks": []}])
def test_file_that_is_none(place: Place, expected: Document) -> None:
    """Exit code 2 before anything is asked of the cluster."""
    cluster = place.cluster(registered())
    done = place.activate(cluster, expected)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"scangate: {place.folder}/expected.yaml: ")
    assert cluster.calls == []
