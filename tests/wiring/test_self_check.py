"""The self-check of a gate that runs as a process, in front of an API server."""

import base64
import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.api_server import WEBHOOKS, ApiServer, Document, installation, serving
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.mounts import replace
from tests.processes import TOKEN, eventually
from tests.service.registry import registry
from webhook.wiring.self_check import environment

CHECK = {"webhook": "scangate", "expectedFile": "expected.yaml", "interval": "300ms"}


def registration(authority: Authority) -> Document:
    """Return a webhook configuration by which the API server asks a gate with a certificate of *authority*."""
    expected = installation()[WEBHOOKS]
    bundle = base64.b64encode(authority.pem.encode()).decode()
    for webhook in expected["webhooks"]:
        webhook["clientConfig"] = {"url": "https://localhost/validate", "caBundle": bundle}
    return expected


@pytest.fixture
def authority() -> Authority:
    """Make that of the gate's certificate."""
    return Authority()


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[ApiServer]:
    """Serve the webhook configuration, as it should be."""
    expected = registration(authority)
    (tmp_path / "expected.yaml").write_text(yaml.safe_dump(expected))
    (tmp_path / "cluster").mkdir()
    with serving(tmp_path / "cluster", {WEBHOOKS: copy.deepcopy(expected)}) as running:
        yield running


@pytest.fixture
def checked(tmp_path: Path, server: ApiServer, authority: Authority) -> Iterator[Gate]:
    """Run a gate that checks itself; the way to the cloud goes through a proxy that is down."""
    more = {"YC_TOKEN": TOKEN, "KUBECONFIG": str(server.kubeconfig), "HTTPS_PROXY": "http://127.0.0.1:1"}
    with registry() as world:
        setup = Setup(registry=world.url, settings={"selfCheck": CHECK}, environment=more)
        with gate(tmp_path, authority, setup) as running:
            yield running


def registered(running: Gate) -> str | None:
    """Return what /readyz says of the registration; whatever it is, the gate is ready."""
    answer = running.probe("/readyz")
    assert (answer.status, answer.document["ready"]) == (200, True)
    found: str | None = answer.document["details"].get("registration")
    return found


def warned(running: Gate) -> list[str]:
    """Return what the gate has warned of."""
    return [line["message"] for line in running.process.log.documents() if line["level"] == "warning"]


def test_as_expected(checked: Gate) -> None:
    """The gate's own certificate is held against the caBundle, and nothing is wrong."""
    eventually(lambda: registered(checked) == "ok")
    assert warned(checked) == []


def test_bypass_comes_and_goes(checked: Gate, server: ApiServer) -> None:
    """The gate warns while somebody has opened a way past it, stays ready, and says when it is closed again."""
    eventually(lambda: registered(checked) == "ok")
    webhook = server.objects[WEBHOOKS]["webhooks"][0]
    webhook["failurePolicy"] = "Ignore"
    eventually(lambda: "requests may pass" in str(registered(checked)))
    assert warned(checked)[:2] == [
        "self-check: bypass: pods.scangate.dev: failurePolicy is Ignore: while the gate is away, everything passes",
        "self-check: scangate: the gate is not what it should be, for 1 reason.",
    ]
    del webhook["failurePolicy"]
    eventually(lambda: registered(checked) == "ok")


def test_bundle_of_somebody_else(checked: Gate, server: ApiServer) -> None:
    """A caBundle that does not vouch for what this gate serves is found, too."""
    stranger = registration(Authority())
    server.objects[WEBHOOKS]["webhooks"] = stranger["webhooks"]
    eventually(lambda: any("caBundle does not vouch for the gate" in line for line in warned(checked)))


def test_rights_that_are_missing(checked: Gate, server: ApiServer) -> None:
    """Without an answer nothing is known, and the log says what is missing."""
    server.forbidden.add(("GET", WEBHOOKS))
    eventually(lambda: "not known: it could not be verified" in str(registered(checked)))
    eventually(lambda: any('User "somebody" cannot get' in line for line in warned(checked)))


def test_it_can_be_ended_while_the_gate_runs(checked: Gate, tmp_path: Path) -> None:
    """Without the section nobody looks any more, and nothing is claimed."""
    eventually(lambda: registered(checked) == "ok")
    content = yaml.safe_load((tmp_path / "gate.yaml").read_text())
    del content["selfCheck"]
    replace(tmp_path / "gate.yaml", yaml.safe_dump(content))
    eventually(lambda: registered(checked) is None)


def test_secrets_and_proxies_are_not_passed_on() -> None:
    """The process that asks the cluster has neither the cloud's token nor its proxies."""
    mine = {"YC_TOKEN": TOKEN, "SCANGATE_SERVE_CONFIG": "a", "HTTPS_PROXY": "b", "no_proxy": "c", "PATH": "/bin"}
    assert environment(mine) == {"PATH": "/bin"}
