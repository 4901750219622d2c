"""What the registry holds, asked over a socket."""

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.serving import REGISTRY, Served, one_image, served
from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.endpoints import fixed
from webhook.adapters.http import HttpClient
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.registry_contents import PAGE_SIZE, RegistryContents
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage
from webhook.core.lookup import ImageId
from webhook.core.places import Kind, Place
from webhook.emulator.fault_text import parse_fault
from webhook.errors import LookupFailed, NotFound, Unavailable

WHOLE = Place(Kind.REGISTRY, REGISTRY)
API = ImageId("crpapi")


class Given:
    """A token that never changes."""

    def token(self, deadline: Deadline) -> str:
        """Return it."""
        return "t1.any"

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Return it."""
        return "t1.any"


def contents(emulator: Served) -> RegistryContents:
    """Return what asks an emulator."""
    pace = Pace(time.monotonic, lambda _: None, random.random)
    http = PatientHttp(HttpClient(connections=1), calls=1, pace=pace, told=lambda _host, _state: None)
    return RegistryContents(ContainerRegistry(endpoint=fixed(emulator.url), tokens=Given(), http=http))


def soon() -> Deadline:
    """Return a deadline that is far enough away."""
    return Deadline(time.monotonic() + 10, time.monotonic)


def scans(*sections: dict[str, Any]) -> dict[str, Any]:
    """Return the world file of one image with these scans."""
    return one_image(scans=sections)


@pytest.fixture
def many() -> Iterator[Served]:
    """Serve a registry with more images than fit on a page, and one with a single one, in two folders."""
    names = [*(f"{REGISTRY}/shop/app-{number % 3}" for number in range(PAGE_SIZE + 5)), "crpother/a"]
    images = [{"name": name, "id": f"crpimage{number}"} for number, name in enumerate(names)]
    registries = [{"id": REGISTRY, "folderId": "b1gone"}, {"id": "crpother", "folderId": "b1gtwo"}]
    with served({"images": images, "registries": registries}) as running:
        yield running


@pytest.mark.parametrize(
    ("place", "number"),
    [
        (WHOLE, PAGE_SIZE + 5),
        (Place(Kind.FOLDER, "b1gone"), PAGE_SIZE + 5),
        (Place(Kind.FOLDER, "b1gtwo"), 1),
        (Place(Kind.REPOSITORY, f"{REGISTRY}/shop/app-2"), 18),
    ],
)
def test_images_of_a_place(many: Served, place: Place, number: int) -> None:
    """All of them are found, page by page."""
    found: list[RegistryImage] = []
    token, ask = "", contents(many)
    while True:
        images, token = ask.page(place, token, soon())
        found += images
        if not token:
            break
    assert len({image.id for image in found}) == number


def test_place_that_is_not_there(many: Served) -> None:
    """The message names it."""
    many.emulator.faults.add(parse_fault("status:404"))
    with pytest.raises(NotFound, match=f"registry {REGISTRY}"):
        contents(many).page(WHOLE, "", soon())


def test_newest_scan() -> None:
    """The last finished scan is taken, with one call."""
    with served(one_image()) as running:
        found = contents(running).newest_ready(API, soon())
        assert found
        assert found.id == "cheapi"
        assert running.emulator.calls.count() == 1


def test_last_scan_that_failed() -> None:
    """Then the newest one that did not is taken."""
    world = scans(
        {"id": "che1", "scannedAt": "3h ago"},
        {"id": "che2", "scannedAt": "2h ago"},
        {"id": "che3", "status": "ERROR", "scannedAt": "1h ago"},
    )
    with served(world) as running:
        found = contents(running).newest_ready(API, soon())
        assert found
        assert found.id == "che2"


@pytest.mark.parametrize(
    "world", [scans(), scans({"status": "RUNNING"}), scans({"status": "ERROR", "scannedAt": "1h ago"})]
)
def test_no_scan(world: dict[str, Any]) -> None:
    """An image that was never scanned to the end has none."""
    with served(world) as running:
        assert contents(running).newest_ready(API, soon()) is None


def test_image_that_is_gone() -> None:
    """An image that was deleted since it was listed has no scan."""
    with served(one_image()) as running:
        assert contents(running).newest_ready(ImageId("crpgone"), soon()) is None


@pytest.mark.parametrize("fault", ["status:503", "status:429", "close", "html:502"])
def test_registry_in_trouble(fault: str) -> None:
    """It says so, and is never taken for one without scans."""
    with served(one_image()) as running:
        running.emulator.faults.add(parse_fault(fault))
        with pytest.raises(Unavailable):
            contents(running).newest_ready(API, soon())


def test_account_without_the_role() -> None:
    """It is not taken for a registry without scans either."""
    world = one_image() | {"accounts": [{"id": "aje1", "tokens": ["t1.any"], "roles": []}]}
    with served(world) as running, pytest.raises(LookupFailed, match="403"):
        contents(running).page(WHOLE, "", soon())
