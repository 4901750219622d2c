"""An emulated registry with as many images as a test wants, and reviews of pods that use them."""

import itertools
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from tests.builders import annotated_pod, digest_of, pod, review
from tests.processes import Document
from webhook.core.images import Digest
from webhook.emulator.emulator import Emulator
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
        """Its digest."""
        return digest_of(f"app {self.number}")

    @property
    def reference(self) -> str:
        """How a pod names it."""
        return f"cr.yandex/{REGISTRY_ID}/shop/app-{self.number}@{self.digest}"

    @property
    def scan_id(self) -> str:
        """The id of its scan."""
        return f"chescan{self.number}"

    def section(self, **vulnerabilities: int) -> dict[str, Any]:
        """Return its section of a world file."""
        return {
            "id": f"crpimage{self.number}",
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
        app = new_app()
        self.add(app.section(**vulnerabilities))
        return app


@contextmanager
def registry(*sections: Mapping[str, Any]) -> Iterator[Registry]:
    """Serve a registry with some images."""
    emulator = Emulator(parse_world({"images": sections}, now=now()), now=now)
    with serve(emulator, host="127.0.0.1", port=0) as running:
        yield Registry(emulator, running.url)
