"""What the registry holds."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from tests.builders import NOW, digest_of
from tests.jobs.table_sync.stores import REGISTRY, FakeRegistry, full, scan_of
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage
from webhook.core.lookup import ImageId
from webhook.core.places import Kind, Place
from webhook.errors import NotFound, Unauthorized, Unavailable, Unreadable
from webhook.jobs.table_sync.persistence import Persistence
from webhook.jobs.table_sync.survey import Found, Registry, Survey


@dataclass
class Heard:
    """What is told of the progress."""

    images: list[int] = field(default_factory=list)
    scans: list[tuple[int, int]] = field(default_factory=list)

    def listed(self, images: int) -> None:
        """Note it."""
        self.images.append(images)

    def scanned(self, images: int, of: int) -> None:
        """Note it."""
        self.scans.append((images, of))


def survey(registry: Registry, heard: Heard | None = None) -> Survey:
    """Return a survey of *registry* that does not wait."""
    persistence = Persistence(Deadline(1000, lambda: 0.0), lambda _: None, lambda: 0.5)
    return Survey(registry, persistence, 3, heard or Heard())


def found(registry: FakeRegistry) -> Found:
    """Return what is in a registry."""
    return survey(registry).of([REGISTRY])


def test_every_page() -> None:
    """Each image is found, on whatever page it is, with its scan."""
    registry = full("a", "b", "c", "d", "e")
    assert found(registry).scans == {digest_of(name): scan_of(name) for name in "abcde"}


def test_image_without_a_scan() -> None:
    """It is there, and has none."""
    there = found(FakeRegistry({"a": None}))
    assert there.digests == {digest_of("a")}
    assert not there.scans


def test_places_that_overlap() -> None:
    """An image that two of them hold is asked for once."""
    registry = full("a", "b", "c")
    survey(registry).of([REGISTRY, Place(Kind.FOLDER, "b1g1")])
    assert sorted(call for call in registry.asked if call.startswith("crp")) == ["crpa", "crpb", "crpc"]


def test_progress() -> None:
    """It is told of each image and of each scan."""
    heard = Heard()
    survey(full("a", "b", "c"), heard).of([REGISTRY])
    assert heard.images == [1, 2, 3]
    assert heard.scans == [(1, 3), (2, 3), (3, 3)]


@dataclass
class Copies(FakeRegistry):
    """Images that all have one digest."""

    digest: str = digest_of("copy")

    def page(self, place: Place, token: str, deadline: Deadline) -> tuple[tuple[RegistryImage, ...], str]:
        """Return them all."""
        return tuple(RegistryImage(id=ImageId(f"crp{name}"), name="", digest=self.digest) for name in self.scans), ""


@pytest.mark.parametrize("order", [("a", "b", "c"), ("c", "a", "b")])
def test_copies_of_an_image(order: tuple[str, ...]) -> None:
    """The newest scan of any of them counts, and of two at one time the same one each time."""
    scans = {"a": None, "b": scan_of("b"), "c": scan_of("c", at=NOW - timedelta(hours=1))}
    assert list(found(Copies({name: scans[name] for name in order})).scans.values()) == [scan_of("b")]
    assert list(found(Copies({name: scan_of(name) for name in order})).scans.values()) == [scan_of("c")]


def test_digest_that_is_none() -> None:
    """Such an image is left out: no pod can name it."""
    assert found(Copies({"a": scan_of("a")}, digest="md5:1")) == Found({}, frozenset())


def test_answer_that_cannot_be_read() -> None:
    """It concerns that image alone."""
    there = found(FakeRegistry({"a": Unreadable("garbage"), "b": scan_of("b")}))
    assert there.unclear == {digest_of("a"): "garbage"}
    assert list(there.scans) == [digest_of("b")]


def test_scan_of_another_image() -> None:
    """It is not taken for one of this image."""
    there = found(FakeRegistry({"a": replace(scan_of("a"), image_id=ImageId("crpz"))}))
    assert not there.scans
    assert "another image" in there.unclear[digest_of("a")]


@pytest.mark.parametrize("failure", [Unavailable("down"), Unauthorized("no role")])
def test_registry_that_does_not_answer(failure: Unavailable | Unauthorized) -> None:
    """One scan that cannot be had ends the survey: nobody may take what is missing for what is not there."""
    with pytest.raises(type(failure)):
        found(FakeRegistry({"a": scan_of("a"), "b": failure, "c": scan_of("c")}))


def test_place_that_is_not_there() -> None:
    """It ends the survey."""
    with pytest.raises(NotFound):
        found(FakeRegistry({"a": None}, failing=NotFound("no such registry")))


class Circle(FakeRegistry):
    """A registry whose pages have no end."""

    def page(self, place: Place, token: str, deadline: Deadline) -> tuple[tuple[RegistryImage, ...], str]:
        """Return the same page."""
        return (), "again"


def test_pages_without_end() -> None:
    """A page that comes twice ends the survey."""
    with pytest.raises(Unreadable, match="registry crp1 twice"):
        found(Circle())
