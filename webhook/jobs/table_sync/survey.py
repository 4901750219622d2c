"""What the registry holds: every image of some places, and the newest finished scan of each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan
from webhook.core.images import Digest, parse_digest
from webhook.core.lookup import ImageId
from webhook.core.places import Place
from webhook.errors import InvalidReference, Unreadable
from webhook.jobs.table_sync.persistence import Persistence


class Registry(Protocol):
    """The registry, as far as it is surveyed."""

    def page(self, place: Place, token: str, deadline: Deadline) -> tuple[tuple[RegistryImage, ...], str]:
        """Return images of *place* from *token* on, and the token of the next page. Raises a `LookupFailed`."""
        ...

    def newest_ready(self, image_id: ImageId, deadline: Deadline) -> Scan | None:
        """Return the newest scan of an image that is finished and usable. Raises a `LookupFailed`."""
        ...


class Progress(Protocol):
    """Is told how far a survey is."""

    def listed(self, images: int) -> None:
        """Hear of so many images found so far."""
        ...

    def scanned(self, images: int, of: int) -> None:
        """Hear of so many whose scan was asked for."""
        ...


@dataclass(frozen=True, slots=True)
class Found:
    """What the registry says."""

    scans: Mapping[Digest, Scan]
    """The newest scan of each image that has one; `image_id` says of which image the scan is."""
    digests: frozenset[Digest]
    """Every image."""
    unclear: Mapping[Digest, str] = field(default_factory=dict)
    """Images of which the registry said something that cannot be read, and what that was."""


@dataclass(frozen=True, slots=True)
class Survey:
    """Asks for everything, with up to *concurrency* calls at the same time."""

    registry: Registry
    persistence: Persistence
    concurrency: int
    progress: Progress

    def of(self, places: Sequence[Place]) -> Found:
        """Return what is in *places*.

        Raises:
            LookupFailed: a place is not there, or the registry does not answer or does not let us see it.
        """
        images = self._images(places)
        scans: dict[Digest, Scan] = {}
        unclear: dict[Digest, str] = {}
        for number, (digest, answer) in enumerate(self._answers(images), start=1):
            match answer:
                case Scan():
                    scans[digest] = max(answer, scans.get(digest, answer), key=_rank)
                case str():
                    unclear[digest] = answer
                case None:
                    pass
            self.progress.scanned(number, of=len(images))
        return Found(scans, frozenset(images.values()), unclear)

    def _images(self, places: Sequence[Place]) -> Mapping[ImageId, Digest]:
        """Return each image once, however many of the places hold it."""
        images: dict[ImageId, Digest] = {}
        for place in places:
            for image in self._listed(place):
                with suppress(InvalidReference):  # such an image can stand in no pod by its digest
                    images[image.id] = parse_digest(image.digest)
                self.progress.listed(len(images))
        return images

    def _listed(self, place: Place) -> Iterator[RegistryImage]:
        token = ""
        while True:
            images, following = self.persistence.ask(self._page(place, token))
            yield from images
            if not following:
                return
            if following == token:
                raise Unreadable(f"the registry gave the same page of {place} twice")
            token = following

    def _page(self, place: Place, token: str) -> Callable[[Deadline], tuple[tuple[RegistryImage, ...], str]]:
        return lambda deadline: self.registry.page(place, token, deadline)

    def _answers(self, images: Mapping[ImageId, Digest]) -> Iterator[tuple[Digest, Scan | str | None]]:
        crew = ThreadPoolExecutor(self.concurrency, "survey")
        try:
            yield from zip(images.values(), crew.map(self._scan, images), strict=True)
        finally:
            crew.shutdown(cancel_futures=True)

    def _scan(self, image_id: ImageId) -> Scan | str | None:
        """Return the scan of an image, or what is wrong with the registry's answer."""
        try:
            scan = self.persistence.ask(lambda deadline: self.registry.newest_ready(image_id, deadline))
        except Unreadable as error:
            return str(error)
        if scan is not None and scan.image_id != image_id:
            return f"the registry gave the scan of another image for image {image_id}"
        return scan


def _rank(scan: Scan) -> tuple[object, ...]:
    """Order the scans of copies of one image: the newest is the best, and of two the same one each time."""
    return (scan.scanned_at, scan.image_id, scan.id)
