"""What a registry would answer at a moment, given all that it holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Document = Any
"""An image or a scan: a plain mapping. Times are times."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """A registry at a moment."""

    world: Document
    now: datetime

    def image_of(self, path: str, digest: str) -> Document:
        """Return the image of a repository that has a digest."""
        return next((one for one in self._listed() if (one["name"], one["digest"]) == (path, digest)), None)

    def tagged(self, path: str, tag: str) -> Document:
        """Return the image that a tag names."""
        return next((one for one in self.world["images"] if one["name"] == path and tag in one["tags"]), None)

    def digest(self, image_id: str) -> str:
        """Return the digest of an image."""
        return next((str(one["digest"]) for one in self._listed() if one["id"] == image_id), "")

    def scan(self, scan_id: str) -> Document:
        """Return a scan that is kept."""
        images = (one["id"] for one in self._listed())
        return next((scan for one in images for scan in self.scans(one) if scan["id"] == scan_id), None)

    def last(self, image_id: str) -> Document:
        """Return the scan of an image that finished last."""
        wanted = ("READY", "ERROR") if self.world["behaviour"]["lastScanCountsErrors"] else ("READY",)
        return next((scan for scan in self.scans(image_id) if scan["status"] in wanted), None)

    def scans(self, image_id: str) -> list[Document]:
        """Return the scans of an image that are kept, the newest first."""
        image = next((one for one in self._listed() if one["id"] == image_id), {"scans": ()})
        scans = sorted(map(self._by_now, image["scans"]), key=_when, reverse=True)
        ready = [scan for scan in scans if scan["status"] == "READY"]
        kept = {scan["id"] for scan in self._kept(ready)}
        return [scan for scan in scans if scan["status"] != "READY" or scan["id"] in kept]

    def _listed(self) -> Iterator[Document]:
        for image in self.world["images"]:
            yield image
            if self.world["behaviour"]["childImages"]:
                yield from image.get("children", ())

    def _by_now(self, scan: Document) -> Document:
        ready = scan.get("readyAt")
        if scan["status"] != "RUNNING" or ready is None or self.now < ready:
            return scan
        return scan | {"status": scan["outcome"], "scannedAt": ready}

    def _kept(self, ready: list[Document]) -> list[Document]:
        behaviour = self.world["behaviour"]
        if behaviour["keepScans"] is None:
            return ready
        oldest = self.now - timedelta(days=behaviour["keepDays"])
        recent = [scan for scan in ready if _when(scan) >= oldest]
        return recent[: behaviour["keepScans"]] or ready[:1]


def _when(scan: Document) -> datetime:
    when = scan["scannedAt"] or scan["startedAt"]
    assert isinstance(when, datetime)
    return when
