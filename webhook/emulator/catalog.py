"""A world, indexed, and seen at a moment: scans finish, and old ones are dropped."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from webhook.emulator.ids import IMAGE, derive_id
from webhook.emulator.world import Image, Registry, Scan, ScanStatus, World

FINISHED = (ScanStatus.READY, ScanStatus.ERROR)


class Catalog:
    """The index of one world. It never changes."""

    def __init__(self, world: World) -> None:
        """Index *world*."""
        self.world = world
        every = [image for parent in world.images for image in (parent, *parent.children)]
        self.by_digest = {(image.name, image.digest): image for image in every}
        self.by_tag = {(image.name, tag): image for image in world.images for tag in image.tags}
        self.images: dict[str, Image] = {image.id: image for image in self._listed(every)}
        self.registries: dict[str, Registry] = {registry.id: registry for registry in world.registries}
        self._image_of_scan = {scan.id: image.id for image in self.images.values() for scan in image.scans}
        self._repositories: dict[str, list[Image]] = {}
        for image in self.images.values():
            self._repositories.setdefault(image.name, []).append(image)
        self.repositories = {derive_id(IMAGE, "repository", name): name for name in self._repositories}
        """Names of the repositories by their ids."""

    def repository(self, name: str) -> tuple[Image, ...]:
        """Return the images of a repository; none of an unknown one."""
        return tuple(self._repositories.get(name, ()))

    def scans_of(self, image_id: str, now: datetime) -> tuple[Scan, ...]:
        """Return the scans of an image that are kept at *now*, the newest first; none of an unknown image."""
        image = self.images.get(image_id)
        if image is None:
            return ()
        scans = sorted((scan.seen_at(now) for scan in image.scans), key=lambda scan: scan.age_key, reverse=True)
        kept = self._kept([scan for scan in scans if scan.status is ScanStatus.READY], now)
        return tuple(scan for scan in scans if scan.status is not ScanStatus.READY or scan.id in kept)

    def scan(self, scan_id: str, now: datetime) -> Scan | None:
        """Return a scan, unless it is unknown or was dropped."""
        scans = self.scans_of(self._image_of_scan.get(scan_id, ""), now)
        return next((scan for scan in scans if scan.id == scan_id), None)

    def last_scan(self, image_id: str, now: datetime) -> Scan | None:
        """Return the scan of an image that finished last."""
        wanted = FINISHED if self.world.behaviour.last_scan_counts_errors else (ScanStatus.READY,)
        return next((scan for scan in self.scans_of(image_id, now) if scan.status in wanted), None)

    def running(self, now: datetime) -> int:
        """Return how many scans will still end by themselves."""
        scans = (scan.seen_at(now) for image in self.images.values() for scan in image.scans if scan.ready_at)
        return sum(scan.status is ScanStatus.RUNNING for scan in scans)

    def _listed(self, every: Iterable[Image]) -> Iterable[Image]:
        """Leave the images of indexes out where the API does not know them."""
        return (image for image in every if self.world.behaviour.child_images or image.platform is None)

    def _kept(self, ready: list[Scan], now: datetime) -> frozenset[str]:
        """Return the ids of the successful scans that are kept, given the newest first.

        The registry keeps the newest three of the last 30 days; of an image that was not scanned in that
        time, the newest one alone.
        """
        behaviour = self.world.behaviour
        if behaviour.keep_scans is None:
            return frozenset(scan.id for scan in ready)
        oldest = now - timedelta(days=behaviour.keep_days)
        recent = [scan for scan in ready if scan.age_key >= oldest][: behaviour.keep_scans]
        return frozenset(scan.id for scan in recent or ready[:1])
