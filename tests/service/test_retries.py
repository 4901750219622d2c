"""What is tried a second time and what is not, and scans that the gate asks for."""

from collections.abc import Iterator

import msgspec
import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document, eventually
from tests.service.api_servers import ask_at_once
from tests.service.registry import App, Registry, new_app, registry, uid_of
from webhook.emulator import faults
from webhook.emulator.faults import Fault

SCAN_SECONDS = 3.0
"""How long a scan takes."""

TIMEOUT_SECONDS = 10

POST = "POST */scans"

SCANS = "GET */scans/*"

PASSING: list[Fault] = [
    faults.Status(path=SCANS, status=503, times=1),
    faults.Status(path=SCANS, status=502, times=1),
    faults.Status(path=SCANS, status=504, times=1),
    faults.Status(path=SCANS, status=429, times=1),
    faults.Status(path=SCANS, status=429, times=1, retry_after=1),
    faults.Reset(path=SCANS, times=1),
    faults.Close(path=SCANS, times=1),
]


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """A registry whose scans are soon done."""
    with registry(behaviour={"scanSeconds": SCAN_SECONDS}) as served:
        yield served


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate of two processes that asks for scans of images that have none."""
    setup = Setup(registry=world.url, rule={"scanOnMissing": True}, server={"workers": 2})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def unscanned(world: Registry, **outcome: int) -> App:
    """Return a new image without a scan; a scan of it will find this."""
    app = new_app()
    world.add(app.section() | {"scans": [], "nextScan": {"vulnerabilities": outcome}})
    world.emulator.calls.clear()
    return app


def reason(response: Document) -> str:
    """Return the reason of a verdict."""
    return str(response["auditAnnotations"]["reason"])


@pytest.mark.parametrize("fault", PASSING, ids=str)
def test_trouble_that_passes_is_not_noticed(server: Gate, world: Registry, fault: Fault) -> None:
    """A call that fails once is made once more, and the image is judged as ever."""
    app = world.app()
    world.emulator.calls.clear()
    world.emulator.faults.add(fault)
    assert server.judge(app.review())["allowed"] is True
    assert world.emulator.calls.count(f"GET */scans/{app.scan_id}") == 2


def test_second_try_lets_nothing_bad_in(server: Gate, world: Registry) -> None:
    """Its answer counts as much as that of a first one."""
    bad = world.app(high=1)
    world.emulator.faults.add(faults.Close(times=1))
    assert reason(server.judge(bad.review())) == "over-limits"


def test_trouble_that_stays_is_told_after_the_second_try(server: Gate, world: Registry) -> None:
    """Nothing is tried a third time."""
    app = world.app()
    world.emulator.calls.clear()
    world.emulator.faults.add(faults.Status(status=503, times=2))
    assert reason(server.judge(app.review())) == "unavailable"
    assert world.emulator.calls.count() == 2


def test_wait_that_is_too_long_is_not_waited(server: Gate, world: Registry) -> None:
    """Told to come back when the review is over, the gate refuses at once and says what it was told."""
    app = world.app()
    world.emulator.calls.clear()
    world.emulator.faults.add(faults.Status(status=429, retry_after=TIMEOUT_SECONDS, message="too many requests"))
    [answer] = ask_at_once(server, [app.review()], connections=1, timeout=TIMEOUT_SECONDS)
    world.emulator.faults.clear()
    assert answer.seconds < TIMEOUT_SECONDS / 2
    assert "answered 429: too many requests" in answer.message
    assert world.emulator.calls.count() == 1


@pytest.mark.parametrize("fault", [faults.Status(status=503), faults.Reset()], ids=str)
def test_request_to_scan_is_not_repeated(server: Gate, world: Registry, fault: Fault) -> None:
    """It may have been taken although its answer was lost, and a scan costs money."""
    app = unscanned(world)
    world.emulator.faults.add(msgspec.structs.replace(fault, path=POST))
    response = server.judge(app.bare_review())
    assert (response["allowed"], reason(response)) == (False, "unavailable")
    assert world.emulator.calls.count(POST) == 1
    world.emulator.faults.clear()
    eventually(lambda: reason(server.judge(app.bare_review())) != "unavailable")
    assert scans_of(world, app) == 1


def scans_of(world: Registry, app: App) -> int:
    """Return how many scans of an image were paid for."""
    return next(len(image.scans) for image in world.emulator.world.images if image.id == app.image_id)


def test_image_without_a_scan_gets_one(server: Gate, world: Registry) -> None:
    """However many ask, one scan is made for all processes of the gate; people are told to retry, and when it is
    done it decides."""
    clean, bad = unscanned(world), unscanned(world, critical=1)
    for app in (clean, bad):
        review = app.bare_review()
        message = server.judge(review)["status"]["message"]
        assert "a scan has been asked for" in message
        assert "retry" in message
        [image] = server.record(uid_of(review))["images"]
        assert (image["reason"], image["source"]) == ("unfinished", "registry")
    reviews = [app.bare_review() for app in (clean, bad) for _ in range(50)]
    answers = ask_at_once(server, reviews, connections=10)
    assert {answer.allowed for answer in answers} == {False}
    assert world.emulator.calls.count(POST) == 2
    eventually(lambda: server.judge(clean.bare_review())["allowed"])
    eventually(lambda: reason(server.judge(bad.bare_review())) == "over-limits")
    assert [scans_of(world, app) for app in (clean, bad)] == [1, 1]
