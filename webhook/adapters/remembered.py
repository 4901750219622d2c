"""The registry, asked through memory.

Only answers are remembered, never verdicts, and only under digests and ids: a policy that changes or an
annotation that is pointed elsewhere is judged anew from the same facts.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, TypeVar

from webhook.adapters.memory import FAILURE_SECONDS, SHORT_SECONDS, Answer, Key
from webhook.adapters.packing import pack, unpack
from webhook.core.deadline import Deadline
from webhook.core.evidence import RegistryImage, Scan, Status, Vulnerability
from webhook.core.images import Digest, ImageReference, is_digest
from webhook.core.lookup import ImageId, ScanId
from webhook.core.registry import Children, Images, Manifests, Scanner

LONG_SECONDS = 24 * 3600.0
"""For what never changes: a finished scan, the digest of an image id, the images of an index. An answer that is about
something else than was asked, or names no digest, is none of these: it refuses, but not for a day."""

NEWEST_SECONDS = 60.0
"""For which scans an image has, and which is the newest."""

COOL_DOWN_SECONDS = 600.0
"""Between two requests to scan the same image."""


Told = TypeVar("Told", Scan, RegistryImage)
"""What says of itself whether it was remembered."""


class Ask(Protocol):
    """A way to get an answer: from memory alone, or from memory and else by fetching it."""

    def __call__(
        self, key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        """Return the answer to *key*, and whether it was remembered; a failure that is remembered is raised."""
        ...


class Api(Scanner, Images, Protocol):
    """The registry's own API."""


class Remembered:
    """The registry, asked through memory."""

    def __init__(self, api: Api, manifests: Manifests, ask: Ask, *, ask_lists: Ask) -> None:
        """Ask by way of *ask*: `Memory.ask`, or `Memory.recall` for memory alone.

        *ask_lists* is the same of a memory of its own, which counts bytes: a list of vulnerabilities is as large as
        many other answers, and must not push them out.
        """
        self._api = api
        self._manifests = manifests
        self._ask = ask
        self._ask_lists = ask_lists

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result."""
        return _told(
            *self._ask(
                ("scan", scan_id),
                lambda: _kept(self._api.scan(scan_id, deadline)),
                deadline,
                lambda scan: _seconds_of_scan(scan) if scan.id == scan_id else FAILURE_SECONDS,
            )
        )

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        """Return the newest finished scan of an image."""
        return _told(
            *self._ask(
                ("latest", image_id), lambda: _kept(self._api.latest(image_id, deadline)), deadline, _seconds_of_newest
            )
        )

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        """Return all that a READY scan found."""
        packed, _ = self._ask_lists(
            ("vulnerabilities", scan_id),
            lambda: pack(self._api.vulnerabilities(scan_id, deadline)),
            deadline,
            _long,
        )
        return unpack(packed)

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        """Return the READY scans of an image, the newest first."""
        scans, cached = self._ask(
            ("history", image_id), lambda: self._api.history(image_id, deadline), deadline, lambda _: NEWEST_SECONDS
        )
        return tuple(replace(scan, cached=cached) for scan in scans)

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Ask for a scan, at most once for each image and cool-down."""
        self._ask(
            ("start", image_id),
            lambda: self._api.start(image_id, deadline),
            deadline,
            lambda _: COOL_DOWN_SECONDS,
        )

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image."""
        return _told(
            *self._ask(
                ("image", image_id),
                lambda: _kept(self._api.image(image_id, deadline)),
                deadline,
                lambda image: LONG_SECONDS if image.id == image_id and is_digest(image.digest) else FAILURE_SECONDS,
            )
        )

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        """Return the image of a digest in a repository."""
        return _told(
            *self._ask(
                ("find", repository, digest),
                lambda: _kept(self._api.find(repository, digest, deadline)),
                deadline,
                _long,
            )
        )

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        """Return the digest that a tag names."""
        digest, _ = self._ask(
            ("pin", reference), lambda: self._manifests.pin(reference, deadline), deadline, lambda _: SHORT_SECONDS
        )
        return digest

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        """Return the images of an index."""
        children, _ = self._ask(
            ("children", reference.registry, reference.repository, digest),
            lambda: self._manifests.children(reference, digest, deadline),
            deadline,
            _long,
        )
        return children


def _kept(answer: Told) -> Told:
    """Return *answer* as it is when it is remembered: that is how it is asked for most of the time."""
    return replace(answer, cached=True)


def _told(answer: Told, cached: bool) -> Told:  # noqa: FBT001 - the second of a pair
    return answer if cached else replace(answer, cached=False)


def _long(_answer: object) -> float:
    return LONG_SECONDS


def _seconds_of_scan(scan: Scan) -> float:
    return LONG_SECONDS if scan.status == Status.READY else SHORT_SECONDS


def _seconds_of_newest(scan: Scan) -> float:
    return NEWEST_SECONDS if scan.status == Status.READY else SHORT_SECONDS
