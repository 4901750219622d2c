"""An hour of tokens in a few seconds: they end mid-flight, IAM goes away, and nobody is refused for it."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.emulator.keys import Key
from tests.gates import Gate, Setup, gate
from tests.processes import eventually
from tests.service.accounts import IAM_CALLS, Guarded, guarded
from tests.service.registry import new_app
from webhook.adapters.iam.timing import FRESH_SECONDS
from webhook.emulator.faults import Close, ExpiredToken, Hang

LIFE_SECONDS = 2


@pytest.fixture
def cloud(request: pytest.FixtureRequest) -> Iterator[Guarded]:
    """A registry with the habits that a test asks for."""
    with guarded(**request.param) as served:
        yield served


@pytest.fixture
def server(cloud: Guarded, authority: Authority, folder: Path) -> Iterator[Gate]:
    """A gate with a key, in one process, that has no memory of other tests' images."""
    cloud.key_file(folder)
    made = Setup(registry=cloud.registry.url, settings={"identity": {"keyFile": "key.json"}}, environment={})
    with gate(folder, authority, made) as running:
        yield running


class Stream:
    """Reviews of images that nobody has asked for before, one after the other, as long as the context lasts."""

    def __init__(self, server: Gate, cloud: Guarded) -> None:
        """Have images enough."""
        self.refused: list[str] = []
        self.judged = 0
        self._server = server
        self._apps = [new_app() for _ in range(500)]
        cloud.registry.add(*(app.section() for app in self._apps))
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        while not self._stopping.wait(0.05):
            response = self._server.judge(self._apps.pop().review())
            self.judged += 1
            if not response["allowed"]:
                self.refused.append(response["status"]["message"])

    def __enter__(self) -> "Stream":
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let it finish what it is doing."""
        self._stopping.set()
        self._thread.join()

    def advance(self, reviews: int) -> None:
        """Wait until so many more were judged."""
        goal = self.judged + reviews
        eventually(lambda: self.judged >= goal)


@pytest.mark.parametrize("cloud", [{"tokenSeconds": LIFE_SECONDS}], indirect=True)
def test_tokens_that_end_mid_flight(server: Gate, cloud: Guarded) -> None:
    """Each token is replaced before it ends, by one call, and no review is refused meanwhile."""
    with Stream(server, cloud) as stream:
        started, before = time.monotonic(), cloud.exchanges()
        time.sleep(3 * LIFE_SECONDS)
        stream.advance(1)
        renewals, lives = cloud.exchanges() - before, (time.monotonic() - started) / LIFE_SECONDS
    assert stream.refused == []
    assert stream.judged > 10
    assert 2 <= renewals <= 2 * lives


@pytest.mark.parametrize("cloud", [{"tokenSeconds": 6}], indirect=True)
def test_identity_service_that_is_down(server: Gate, cloud: Guarded, folder: Path) -> None:
    """While the old token lives nobody is refused; when it has ended the denial says what is down; then all is well."""
    with Stream(server, cloud) as stream:
        # A key file that changes has the gate want another token: so this one is new, and the next one wanted soon.
        before = cloud.exchanges()
        cloud.key_file(folder)
        eventually(lambda: cloud.exchanges() > before)
        cloud.registry.emulator.faults.add(Close(path=IAM_CALLS))
        cloud.key_file(folder)
        server.process.log.first(lambda line: line["message"].startswith("no new IAM token"))
        stream.advance(5)
        assert stream.refused == []
        eventually(lambda: bool(stream.refused))
        assert "IAM broke the connection off" in stream.refused[0]
        assert "unavailable" in stream.refused[0]
        assert server.probe("/readyz").status == 200
        assert "IAM" in server.probe("/readyz").document["details"]["token"]

        cloud.registry.emulator.faults.clear()
        server.process.log.first(lambda line: "IAM token again" in line["message"])
        stream.advance(1)
        refused = len(stream.refused)
        stream.advance(5)
        assert len(stream.refused) == refused


@pytest.mark.parametrize("cloud", [{}], indirect=True)
def test_token_that_is_refused(server: Gate, cloud: Guarded) -> None:
    """A token that the registry refuses is replaced at once, and the call made again: nobody notices."""
    app, storm = new_app(), [new_app() for _ in range(50)]
    cloud.registry.add(*(one.section() for one in (app, *storm)))
    time.sleep(FRESH_SECONDS + 0.5)
    before = cloud.exchanges()
    cloud.registry.emulator.faults.add(ExpiredToken(path="*/scans/*", times=1))
    assert server.judge(app.review())["allowed"] is True
    assert cloud.exchanges() == before + 1

    # Where it is not the token's age another one would be no better, and IAM is not asked again and again.
    cloud.registry.emulator.faults.add(ExpiredToken(path="*/scans/*"))
    for one in storm:
        response = server.judge(one.review())
        assert [cause["reason"] for cause in response["status"]["details"]["causes"]] == ["unauthorized"]
    assert cloud.exchanges() - before <= 3


@pytest.mark.parametrize("cloud", [{}], indirect=True)
def test_key_that_is_swapped(server: Gate, cloud: Guarded, folder: Path) -> None:
    """A new key in the file is used from then on, and a wrong one takes nothing away while the token lives."""
    with Stream(server, cloud) as stream:
        # A gate that never had a token would have nothing to keep.
        stream.advance(1)
        cloud.key_file(folder, Key.generate())
        server.process.log.first(lambda line: "JWT signature is invalid" in line["message"])
        stream.advance(5)
        cloud.key_file(folder)
        server.process.log.first(lambda line: "IAM token again" in line["message"])
        stream.advance(5)
    assert stream.refused == []


@pytest.mark.parametrize("cloud", [{}], indirect=True)
def test_identity_service_that_hangs(cloud: Guarded, authority: Authority, folder: Path) -> None:
    """A gate that starts while IAM hangs is there to say so, in time; it serves as soon as IAM answers."""
    cloud.key_file(folder)
    app, later = new_app(), new_app()
    cloud.registry.add(app.section(), later.section())
    cloud.registry.emulator.faults.add(Hang(path=IAM_CALLS))
    made = Setup(registry=cloud.registry.url, settings={"identity": {"keyFile": "key.json"}}, environment={})
    with gate(folder, authority, made) as server:
        assert server.probe("/healthz").status == 200
        started = time.monotonic()
        response = server.judge(app.review(), "3s")
        assert time.monotonic() - started < 3
        assert [cause["reason"] for cause in response["status"]["details"]["causes"]] == ["unavailable"]
        cloud.registry.emulator.faults.clear()
        eventually(lambda: bool(server.judge(later.review())["allowed"]))
        assert server.probe("/readyz").status == 200
