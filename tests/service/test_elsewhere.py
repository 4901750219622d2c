"""Where the gate's calls and its token go is said by its configuration, and by nobody else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document
from tests.service.api_servers import ask_at_once
from tests.service.registry import App, Registry, asked, registry, uid_of
from webhook.emulator.faults import ExpiredToken, Huge, Redirect

GET_SCAN, GET_IMAGE, LIST_IMAGES, GET_LAST, MANIFEST = (
    "GET */scans/*",
    "GET */images/crpimage*",
    "GET */images",
    "GET */images/*:lastScanResult",
    "* /v2/*",
)
"""Every call that a review can cause."""

HUGE_MEBIBYTES = 32


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate that resolves tags."""
    setup = Setup(registry=world.url, rule={"onUnpinned": "resolve"})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Registry]:
    """Another registry, which the configuration does not name."""
    with registry() as served:
        yield served


def causing(world: Registry, call: str) -> Document:
    """Return the review of a new and clean image about which the gate makes *call*."""
    app = world.app()
    match call:
        case "GET */scans/*" | "GET */images/crpimage*":
            return app.review()
        case "* /v2/*":
            return asked(pod(tagged(world, app)))
        case _:
            return app.bare_review()


def tagged(world: Registry, app: App) -> str:
    """Give *app* a repository with a tag, and return how a pod names that."""
    section = app.section() | {"id": f"{app.image_id}x", "scans": [], "tags": ["v1"]}
    section["name"] += "-tagged"
    world.add(section)
    return f"cr.yandex/{section['name']}:v1"


@pytest.mark.parametrize("status", [301, 307])
@pytest.mark.parametrize("call", [GET_SCAN, GET_IMAGE, LIST_IMAGES, GET_LAST, MANIFEST])
def test_no_redirect_is_followed(
    server: Gate, world: Registry, elsewhere: Registry, call: str, status: Literal[301, 307]
) -> None:
    """A registry that sends the gate elsewhere is not obeyed, whatever was asked: nobody there hears of it."""
    review = causing(world, call)
    world.emulator.faults.add(Redirect(path=call, location=f"{elsewhere.url}/container-registry/v1/", status=status))
    response = server.judge(review)
    [posted] = world.emulator.faults.list()
    world.emulator.faults.clear()
    assert posted.applied == 1, "the call was made, and answered so"
    assert response["allowed"] is False
    assert server.record(uid_of(review))["reason"] == "unreadable"
    assert f"answered {status}" in response["status"]["message"]
    assert elsewhere.emulator.calls.count() == 0


def test_no_challenge_is_followed(server: Gate, world: Registry) -> None:
    """A registry that names a token service gets no request for a token: the gate brings its own, or none."""
    review = causing(world, MANIFEST)
    world.emulator.calls.clear()
    world.emulator.faults.add(ExpiredToken(path="*/manifests/*"))
    assert server.judge(review)["allowed"] is False
    world.emulator.faults.clear()
    assert server.record(uid_of(review))["reason"] == "unauthorized"
    assert world.emulator.calls.count("*/v2/token*") == 0


def foreign_images(world: Registry, elsewhere: Registry) -> list[str]:
    """Return images of hosts that are not configured, some of which look as if they were."""
    digest, path = world.app().digest, "crpk28lsfu91rns28316/shop/app"
    hosts = [elsewhere.url, world.url, "http://localhost", "http://cr.yandex.example.com", "http://cr.yandex:8443"]
    names = [f"{host.removeprefix('http://')}/{path}" for host in hosts]
    names += ["library/nginx", f"example.com/cr.yandex/{path}", "169.254.169.254/latest/meta-data"]
    return [f"{name}{suffix}" for name in names for suffix in (f"@{digest}", ":v1", "")]


def test_hosts_that_are_not_configured_are_not_asked(server: Gate, world: Registry, elsewhere: Registry) -> None:
    """An image of another host is refused without a request to anybody, by digest and by tag."""
    images = foreign_images(world, elsewhere)
    world.emulator.calls.clear()
    for image in images:
        response = server.judge(asked(pod(image)))
        assert response["allowed"] is False
        assert {cause["reason"] for cause in response["status"]["details"]["causes"]} <= {"missing", "unpinned"}
    assert (world.emulator.calls.count(), elsewhere.emulator.calls.count()) == (0, 0)


def peak_memory(server: Gate) -> int:
    """Return the most memory in KiB that any process of the gate has used at once."""
    master = server.process.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    statuses = (Path(f"/proc/{child}/status").read_text() for child in children)
    return max(int(line.split()[1]) for text in statuses for line in text.splitlines() if line.startswith("VmHWM:"))


def test_huge_answers_take_no_memory(server: Gate, world: Registry) -> None:
    """An answer that is larger than any of the API's is given up, long before it has filled the gate's memory."""
    reviews = [causing(world, call) for call in (GET_SCAN, LIST_IMAGES, MANIFEST) for _ in range(2)]
    before = peak_memory(server)
    world.emulator.faults.add(Huge(mebibytes=HUGE_MEBIBYTES))
    answers = ask_at_once(server, reviews, connections=3)
    world.emulator.faults.clear()
    assert peak_memory(server) < 1.5 * before
    assert {answer.allowed for answer in answers} == {False}
    assert all("larger than" in answer.message for answer in answers)
    assert server.judge(world.app().review())["allowed"] is True
