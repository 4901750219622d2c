"""An emulated registry with as many images as a test wants, and reviews of pods that use them."""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.builders import annotated_pod, pod, review
from tests.processes import Document
from webhook.core.images import Digest
from webhook.emulator.emulator import Emulator
from webhook.emulator.ids import digest_of
from webhook.emulator.manifests import image_manifest
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world
from webhook.wiring.clock import now

REGISTRY_ID = "crpk28lsfu91rns28316"

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True)
class App:
    """An image that nothing has asked for before, with one scan."""

    number: int

    @property
    def digest(self) -> Digest:
        """Its digest, which is that of the manifest that the emulator makes up."""
        return Digest(digest_of(image_manifest(self.image_id)))

    @property
    def reference(self) -> str:
        """How a pod names it."""
        return f"cr.yandex/{REGISTRY_ID}/shop/app-{self.number}@{self.digest}"

    @property
    def image_id(self) -> str:
        """The registry's id of it."""
        return f"crpimage{self.number}"

    @property
    def scan_id(self) -> str:
        """The id of its scan."""
        return f"chescan{self.number}"

    def section(self, **vulnerabilities: int) -> dict[str, Any]:
        """Return its section of a world file."""
        return {
            "id": self.image_id,
            "name": f"{REGISTRY_ID}/shop/app-{self.number}",
            "digest": self.digest,
            "scans": [{"id": self.scan_id, "vulnerabilities": vulnerabilities}],
        }

    def review(self, scan_id: str | None = None) -> Document:
        """Return the review of a pod with this image, whose annotation names its scan or another one."""
        return asked(annotated_pod(self.reference, self.scan_id if scan_id is None else scan_id))

    def bare_review(self) -> Document:
        """Return the review of a pod with this image that names no scan."""
        return asked(pod(self.reference))


def new_app() -> App:
    """Return an image that no other test uses."""
    return App(next(_NUMBERS))


def asked(manifest: Document) -> Document:
    """Return the review of a request to create a pod, with a uid of its own."""
    return review(manifest, uid=str(uuid.uuid4()))


def uid_of(document: Document) -> str:
    """Return the uid of a review."""
    uid = document["request"]["uid"]
    assert isinstance(uid, str)
    return uid


@dataclass(frozen=True, slots=True)
class Registry:
    """A running registry."""

    emulator: Emulator
    url: str

    def add(self, *sections: Mapping[str, Any]) -> None:
        """Put more images into it. Its faults are off afterwards."""
        more = parse_world({"images": sections}, now=now())
        world = self.emulator.world
        registries = {registry.id: registry for registry in (*world.registries, *more.registries)}
        self.emulator.world = replace(
            world, images=(*world.images, *more.images), registries=tuple(registries.values())
        )

    def app(self, **vulnerabilities: int) -> App:
        """Return a new image that it holds, with a scan that found this."""
        return self.apps(1, **vulnerabilities)[0]

    def apps(self, number: int, **vulnerabilities: int) -> list[App]:
        """Return as many new images as that."""
        apps = [new_app() for _ in range(number)]
        self.add(*(app.section(**vulnerabilities) for app in apps))
        return apps


@contextmanager
def registry(*sections: Mapping[str, Any], **more: Any) -> Iterator[Registry]:
    """Serve a registry with some images; *more* are further fields of a world file."""
    emulator = Emulator(parse_world({"images": sections, **more}, now=now()), now=now)
    with serve(emulator, host="127.0.0.1", port=0) as running:
        yield Registry(emulator, running.url)
