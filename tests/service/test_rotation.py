"""A certificate that is renewed while requests are under way."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.certificates import Authority, Pair, serial_of
from tests.gates import Gate, Setup, gate, post
from tests.mounts import Mount
from tests.processes import Document, eventually
from tests.service.registry import Registry

ROTATIONS = 10


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    """Return a mounted Secret, still empty."""
    return Mount(tmp_path / "tls")


@pytest.fixture
def server(world: Registry, authority: Authority, mount: Mount, folder: Path) -> Iterator[Gate]:
    """A gate of two processes whose certificate is in a mounted Secret."""
    publish(mount, authority.issue())
    tls = {"certFile": "tls/tls.crt", "keyFile": "tls/tls.key"}
    with gate(folder, authority, Setup(registry=world.url, server={"tls": tls, "workers": 2})) as running:
        yield running


def publish(mount: Mount, pair: Pair, key: bytes | None = None) -> None:
    """Replace the Secret as the kubelet does; with *key*, by a certificate and a key that do not fit."""
    mount.publish({"tls.crt": pair.certificate.decode(), "tls.key": (key or pair.key).decode()})


def served(server: Gate) -> int:
    """Return the serial number of the certificate that a new connection is shown."""
    with server.socket() as connection:
        shown = connection.getpeercert(binary_form=True)
    assert shown
    return serial_of(shown)


class Client:
    """Sends reviews again and again, until it is stopped, and keeps what went wrong."""

    def __init__(self, send: Callable[[], Document]) -> None:
        """Begin to call *send*."""
        self.answers = 0
        self.failures: list[str] = []
        self._send = send
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                allowed = self._send()["allowed"]
            except Exception as error:
                self.failures.append(repr(error))
            else:
                self.failures += [] if allowed else ["refused"]
                self.answers += 1

    def advance(self, answers: int = 5) -> None:
        """Wait until it has had some more answers."""
        goal = self.answers + answers
        eventually(lambda: self.answers >= goal or bool(self.failures))

    def stop(self) -> None:
        """Let it finish what it is doing."""
        self._stopping.set()
        self._thread.join()


def test_rotation_under_load(server: Gate, world: Registry, authority: Authority, mount: Mount) -> None:
    """While the certificate is renewed again and again no request fails, on old connections or on new ones."""
    body = json.dumps(world.app().review()).encode()
    with closing(server.connect()) as kept:
        clients = [Client(lambda: post(kept, body).response)]
        clients += [Client(lambda: server.post(body).response) for _ in range(3)]
        for _ in range(ROTATIONS):
            pair = authority.issue()
            publish(mount, pair)
            for client in clients:
                client.advance()
            assert served(server) == pair.serial
        for client in clients:
            client.stop()
        assert [client.failures for client in clients] == [[]] * len(clients)


def test_pair_that_does_not_fit(server: Gate, world: Registry, authority: Authority, mount: Mount) -> None:
    """A certificate with the key of another one is not taken up: the last good pair stays, until a good one comes."""
    before, after = served(server), authority.issue()
    publish(mount, authority.issue(), key=authority.issue().key)
    assert [served(server) for _ in range(6)] == [before] * 6
    assert server.judge(world.app().review())["allowed"]
    told = server.process.log.first(lambda line: line["level"] == "error")
    assert "tls.crt" in told["message"]
    publish(mount, after)
    assert [served(server) for _ in range(6)] == [after.serial] * 6


def test_processes_without_connections(server: Gate, authority: Authority, mount: Mount) -> None:
    """Though no connection comes, each process takes a good pair up, keeps it when a bad one follows, and says so."""

    def told() -> set[str]:
        probes = [server.probe("/readyz") for _ in range(10)]
        assert {probe.status for probe in probes} == {200}
        return {probe.document["details"]["certificate"] for probe in probes}

    def reloads() -> int:
        messages = [line["message"] for line in server.process.log.documents()]
        return messages.count("serving certificate reloaded")

    assert told() == {"ok"}
    publish(mount, good := authority.issue())
    eventually(lambda: reloads() >= 3)  # two processes, and the one that forks them
    publish(mount, authority.issue(), key=authority.issue().key)
    eventually(lambda: all("not a certificate and its key" in each for each in told()))
    assert [served(server) for _ in range(6)] == [good.serial] * 6
