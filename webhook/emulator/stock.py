"""What the emulated registry holds now: the world, and what was done to it since."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from webhook.emulator.catalog import Catalog
from webhook.emulator.ids import OPERATION, SCAN, derive_id
from webhook.emulator.status import Code, RefusedError, not_found
from webhook.emulator.world import Image, NextScan, Scan, ScanStatus, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A scan that somebody asked for."""

    id: str
    image_id: str
    scan_id: str | None
    """None where it failed at once."""
    created_at: datetime
    created_by: str
    error: str = ""


class Stock:
    """A world that can be replaced and added to while requests read it."""

    def __init__(self, world: World, now: Callable[[], datetime]) -> None:
        """Begin with *world*."""
        self.now = now
        self._lock = threading.Lock()
        self._catalog = Catalog(world)
        self._operations: dict[str, Operation] = {}

    @property
    def catalog(self) -> Catalog:
        """What there is at this moment; it does not change under its reader."""
        return self._catalog

    def replace(self, world: World) -> None:
        """Hold another world, and forget all operations."""
        with self._lock:
            self._catalog = Catalog(world)
            self._operations = {}

    def operation(self, operation_id: str) -> Operation | None:
        """Return an operation, if there is one of that id."""
        with self._lock:
            return self._operations.get(operation_id)

    def add_scan(self, scan: Scan) -> None:
        """Add a scan to the image that it names.

        Raises:
            KeyError: there is no such image.
        """
        with self._lock:
            self._append(self._catalog.images[scan.image_id], scan)

    def start_scan(self, image_id: str, account_id: str) -> Operation:
        """Begin a scan of an image.

        Raises:
            RefusedError: there is no such image, or too many scans are running.
        """
        with self._lock:
            return self._start(image_id, account_id)

    def _start(self, image_id: str, account_id: str) -> Operation:
        now, catalog = self.now(), self._catalog
        image = catalog.images.get(image_id)
        if image is None:
            raise not_found("Image", image_id)
        if catalog.running(now) >= catalog.world.behaviour.parallel_scans:
            raise RefusedError(
                Code.RESOURCE_EXHAUSTED, "The limit on container-registry.parallelScans.count is exceeded"
            )
        number = len(self._operations)
        scan = None if image.is_index else self._new_scan(image, number, now)
        if scan is not None:
            self._append(image, scan)
        operation = Operation(
            id=derive_id(OPERATION, "operation", image_id, number),
            image_id=image_id,
            scan_id=scan.id if scan else None,
            created_at=now,
            created_by=account_id,
            error="" if scan else "Image media type is not supported: application/vnd.oci.image.index.v1+json",
        )
        self._operations[operation.id] = operation
        return operation

    def _new_scan(self, image: Image, number: int, now: datetime) -> Scan:
        newest = self._catalog.last_scan(image.id, now)
        default = NextScan(counts=newest.counts, findings=newest.findings) if newest else NextScan()
        found = image.next_scan or default
        return Scan(
            id=derive_id(SCAN, "asked for", image.id, number),
            image_id=image.id,
            status=ScanStatus.RUNNING,
            started_at=now,
            ready_at=now + timedelta(seconds=self._catalog.world.behaviour.scan_seconds),
            counts=found.counts,
            findings=found.findings,
            outcome=found.status,
        )

    def _append(self, image: Image, scan: Scan) -> None:
        """Hold the same world with one more scan."""
        grown = replace(image, scans=(*image.scans, scan))
        world = self._catalog.world
        images = (_with(parent, grown) for parent in world.images)
        self._catalog = Catalog(replace(world, images=tuple(images)))


def _with(parent: Image, image: Image) -> Image:
    """Return *parent* with *image* in the place of the one of its id: itself or a child."""
    if parent.id == image.id:
        return image
    if image.platform is None:
        return parent
    children = (image if child.id == image.id else child for child in parent.children)
    return replace(parent, children=tuple(children)) if parent.is_index else parent
