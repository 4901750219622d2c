"""Client certificates: the API server alone may ask, if that is wanted, whichever worker answers."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.certificates import Authority, Pair
from tests.gates import Gate, Setup, gate
from tests.goclient.transport import Transport
from tests.goclient.webhooks import AdmissionFailed, admit
from tests.service.registry import Registry

NAME = "kube-apiserver-webhooks"


@pytest.fixture(scope="module")
def clients() -> Authority:
    """The authority of the clients' certificates."""
    return Authority("clients")


@pytest.fixture(scope="module", params=["admission", "gthread"])
def server(
    world: Registry,
    authority: Authority,
    clients: Authority,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Gate]:
    """A gate that asks for certificates."""
    folder = tmp_path_factory.mktemp("gate")
    (folder / "clients.crt").write_text(clients.pem)
    server = {"worker": request.param, "clients": {"caFile": "clients.crt", "names": ["another", NAME]}}
    with gate(folder, authority, Setup(registry=world.url, server=server)) as running:
        yield running


def showing(authority: Authority, folder: Path, pair: Pair | None) -> ssl.SSLContext:
    """Return the context of a client with a certificate, or without one."""
    trust = authority.trust()
    if pair is not None:
        trust.load_cert_chain(*pair.write(folder))
    return trust


def test_api_server(server: Gate, world: Registry, authority: Authority, clients: Authority, folder: Path) -> None:
    """Reviews of a client with the right certificate are judged, on kept connections and on new ones."""
    trusted = replace(server, trust=showing(authority, folder, clients.admit(NAME)))
    for _ in range(3):
        assert trusted.judge(world.app().review())["allowed"]
    transport = Transport(lambda: server.port, lambda: trusted.trust)
    assert [admit(transport, world.app().review()) for _ in range(5)] == [""] * 5
    transport.close()


@pytest.mark.parametrize("who", ["nobody", "a stranger", "another name"])
def test_others(
    server: Gate, world: Registry, authority: Authority, clients: Authority, folder: Path, *, who: str
) -> None:
    """Without a certificate, with one by another authority, or with another name, nothing is judged; that is logged."""
    pairs = {"nobody": None, "a stranger": authority.admit(NAME), "another name": clients.admit("kubelet", NAME)}
    trust = showing(authority, folder, pairs[who])
    known = len(server.process.output.all())
    transport = Transport(lambda: server.port, lambda: trust, idle=0)
    with pytest.raises(AdmissionFailed):
        admit(transport, world.app().review())
    transport.close()
    assert len(server.process.output.all()) == known
    assert server.process.log.first(lambda line: "was refused" in line["message"])["level"] == "warning"


def test_probes(server: Gate) -> None:
    """Probes need no certificate: a kubelet has none for this."""
    assert server.probe("/readyz").status == 200
    assert server.probe("/metrics").status == 200
