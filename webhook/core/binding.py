"""The proof that a scan is of an image, and whether it is finished.

A scan result names an image id, not a digest, and whoever writes a pod can write any scan id. Only the
registry's image connects the id to a digest; without that proof a clean scan of something else would pass.
"""

from webhook.core.evidence import Gap, RegistryImage, Scan, Scanned, Single, Status, Unusable
from webhook.core.images import Digest
from webhook.core.lookup import Hint, Source
from webhook.core.reasons import Reason


def names_another(hint: Hint, scan: Scan) -> Unusable | None:
    """Return why *scan* is not what *hint* names, if it is not: another id, another image, or none."""
    if scan.id != hint.scan_id or (hint.image_id is not None and scan.image_id != hint.image_id):
        detail = f"scan {hint.scan_id} is of another image than was named"
        return Unusable(gap=Reason.MISMATCHED, detail=detail, scan_id=hint.scan_id, source=hint.source, scan=scan)
    if scan.image_id is None:
        return _unusable(Reason.UNREADABLE, f"scan {scan.id} names no image", hint.source, scan)
    return None


def bind(scan: Scan, image: RegistryImage, digest: Digest, source: Source) -> Single:
    """Return what *scan* proves about *digest*, given the *image* that the registry has for the scan's image id."""
    if image.id != scan.image_id or image.digest != digest:
        return _unusable(Reason.MISMATCHED, f"scan {scan.id} is of another image", source, scan)
    match scan.status:
        case Status.READY if scan.scanned_at is not None:
            return Scanned(scan=scan, scanned_at=scan.scanned_at, digest=digest, source=source)
        case Status.READY:
            return _unusable(Reason.UNREADABLE, f"scan {scan.id} is finished, but at no time", source, scan)
        case Status.RUNNING:
            return _unusable(Reason.UNFINISHED, f"scan {scan.id} is still running", source, scan)
        case Status.ERROR:
            return _unusable(Reason.FAILED, f"scan {scan.id} failed", source, scan)
        case _:
            return _unusable(Reason.UNKNOWN_STATUS, f"scan {scan.id} has status '{scan.status}'", source, scan)


def _unusable(gap: Gap, detail: str, source: Source, scan: Scan) -> Unusable:
    return Unusable(gap=gap, detail=detail, scan_id=scan.id, source=source, scan=scan)
