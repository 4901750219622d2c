"""The decision: the images of a pod in, the verdict out. Start reading here.

For each image the gate follows the hints to a scan, proves that the scan is of the image's digest, and
judges it. Whatever cannot be followed, proven or understood is a reason to refuse, never an error to skip.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

from webhook.core.deadline import Deadline
from webhook.core.evidence import Evidence, Gap, RegistryImage, Scan, Scanned, Status, Unusable
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import Hint, ImageId, ScanId, Source, annotated
from webhook.core.pods import Image, Malformed
from webhook.core.policy import Policy
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.core.verdict import Verdict, judge
from webhook.errors import InvalidId, LookupFailed, NotFound, Unauthorized, Unavailable


class Registry(Protocol):
    """What the gate asks of the registry. Both raise a `LookupFailed` where there is no usable answer."""

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        """Return a scan result (Scanner.Get)."""
        ...

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        """Return an image (Image.Get)."""
        ...


class Crew(Protocol):
    """Looks images up side by side."""

    def each(
        self, work: Callable[[Image], Evidence], images: Sequence[Image], deadline: Deadline
    ) -> list[Evidence | None]:
        """Return what *work* gives for each image, in order; None for what is not done by the deadline."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Decides about pods. The policy and the table are asked for anew each time: they are reloaded."""

    registry: Registry
    crew: Crew
    policy: Callable[[], Policy]
    table: Callable[[], Table]
    sources: tuple[Source, ...]
    """Where to look for the id of a scan result, in this order."""
    now: Callable[[], datetime]

    def decide(self, images: Sequence[Image], deadline: Deadline) -> Verdict:
        """Judge *images*; those with no evidence by the deadline are judged as unavailable."""
        policy = self.policy()
        found = self.crew.each(lambda image: self.evidence(image, deadline), images, deadline)
        now = self.now()
        return Verdict(
            tuple(
                judge(image, evidence or _too_late(), policy.rule(), now=now)
                for image, evidence in zip(images, found, strict=True)
            )
        )

    def evidence(self, image: Image, deadline: Deadline) -> Evidence:
        """Collect what is known about one image."""
        match image.reference:
            case Malformed(gap, detail):
                return Unusable(gap=gap, detail=detail)
            case ImageReference(digest=digest):
                if digest is None:
                    return Unusable(gap=Reason.UNPINNED, detail="it is not named by a digest")
                return self._search(image, digest, deadline)
            case _:
                assert_never(image.reference)

    def _search(self, image: Image, digest: Digest, deadline: Deadline) -> Evidence:
        """Ask the sources in order. Only a scan that is gone sends the search on to the next one."""
        gone: Unusable | None = None
        for source in self.sources:
            found = self._follow(source, image, digest, deadline)
            if isinstance(found, Unusable) and found.gap is Reason.GONE:
                gone = gone or found
            elif found is not None:
                return found
        return gone or Unusable(gap=Reason.MISSING, detail="no scan result is named for it")

    def _follow(self, source: Source, image: Image, digest: Digest, deadline: Deadline) -> Evidence | None:
        try:
            hint = self._hint(source, image, digest)
        except InvalidId as error:
            return Unusable(gap=Reason.INVALID_SCAN_ID, detail=str(error), source=source)
        if hint is None:
            return None
        try:
            return prove(hint, digest, self.registry, deadline)
        except LookupFailed as error:
            return Unusable(gap=_gap(error), detail=str(error), scan_id=hint.scan_id, source=source)

    def _hint(self, source: Source, image: Image, digest: Digest) -> Hint | None:
        match source:
            case Source.ANNOTATION:
                return annotated(image.annotation)
            case Source.TABLE:
                return self.table().hint(digest)
            case _:
                assert_never(source)


def prove(hint: Hint, digest: Digest, registry: Registry, deadline: Deadline) -> Evidence:
    """Fetch the scan that *hint* names, and prove that it is of *digest*.

    A scan result names an image id, not a digest, and whoever writes a pod can write any id. Only
    Image.Get connects the id to a digest; without that proof a clean scan of something else would pass.

    Raises:
        LookupFailed: the registry gave no usable answer.
    """
    scan = registry.scan(hint.scan_id, deadline)
    if scan.id != hint.scan_id or (hint.image_id is not None and scan.image_id != hint.image_id):
        return _unusable(Reason.MISMATCHED, f"scan {hint.scan_id} is of another image than was named", hint, scan)
    if scan.image_id is None:
        return _unusable(Reason.UNREADABLE, f"scan {scan.id} names no image", hint, scan)
    image = registry.image(scan.image_id, deadline)
    if image.id != scan.image_id or image.digest != digest:
        return _unusable(Reason.MISMATCHED, f"scan {scan.id} is of another image", hint, scan)
    return _finished(scan, digest, hint)


def _finished(scan: Scan, digest: Digest, hint: Hint) -> Evidence:
    match scan.status:
        case Status.READY if scan.scanned_at is not None:
            return Scanned(scan=scan, scanned_at=scan.scanned_at, digest=digest, source=hint.source)
        case Status.READY:
            return _unusable(Reason.UNREADABLE, f"scan {scan.id} is finished, but at no time", hint, scan)
        case Status.RUNNING:
            return _unusable(Reason.UNFINISHED, f"scan {scan.id} is still running", hint, scan)
        case Status.ERROR:
            return _unusable(Reason.FAILED, f"scan {scan.id} failed", hint, scan)
        case _:
            return _unusable(Reason.UNKNOWN_STATUS, f"scan {scan.id} has status '{scan.status}'", hint, scan)


def _unusable(gap: Gap, detail: str, hint: Hint, scan: Scan) -> Unusable:
    return Unusable(gap=gap, detail=detail, scan_id=hint.scan_id, source=hint.source, scan=scan)


def _too_late() -> Unusable:
    return Unusable(gap=Reason.UNAVAILABLE, detail="the registry did not answer before the deadline")


def _gap(error: LookupFailed) -> Gap:
    """Name the reason for a failed look-up; one that is not known here is the kind no switch opens."""
    match error:
        case NotFound():
            return Reason.GONE
        case Unavailable():
            return Reason.UNAVAILABLE
        case Unauthorized():
            return Reason.UNAUTHORIZED
        case _:
            return Reason.UNREADABLE
