"""What the audit record says of the evidence about an image: enough to judge it again by another policy."""

from functools import lru_cache
from typing import Any, assert_never

from msgspec.structs import asdict

from webhook.core.evidence import (
    Evidence,
    Indexed,
    Listed,
    NotAsked,
    Scan,
    Scanned,
    Single,
    Unlisted,
    Unusable,
    Vulnerability,
)
from webhook.core.times import render_time

_NO_SCAN: dict[str, Any] = {
    "scanResultId": None,
    "source": None,
    "imageId": None,
    "status": None,
    "scannedAt": None,
    "counts": None,
    "cached": False,
    "vulnerabilities": None,
    "vulnerabilitiesListed": None,
    "unlisted": None,
    "earlierScans": None,
    "gap": None,
    "gapDetail": None,
}
_DETAILS = ("vulnerabilities", "vulnerabilitiesListed", "unlisted", "earlierScans")
_NO_DETAILS = {name: _NO_SCAN[name] for name in _DETAILS}

MAX_VULNERABILITIES = 500
"""Findings listed for one scan, in the order in which the scanner gave them; some 100 bytes each."""

MAX_EARLIER = 20
"""Earlier scans listed for one; the registry keeps fewer."""

_scan_time = lru_cache(maxsize=1024)(render_time)
"""Those of scans come again and again."""


def render_evidence(evidence: Evidence) -> dict[str, Any]:
    """Return the fields of an image's record that say what is known about the image."""
    match evidence:
        case Indexed():
            platforms = [
                {"platform": child.platform, "digest": child.digest, **_scan(child.evidence)}
                for child in evidence.children
            ]
            return {**_NO_SCAN, "platforms": platforms}
        case Scanned() | Unusable():
            return _scan(evidence) | {"platforms": []}
        case NotAsked():
            return {**_NO_SCAN, "platforms": []}
        case _:
            assert_never(evidence)


def _scan(evidence: Single) -> dict[str, Any]:
    scan = evidence.scan
    return {
        "scanResultId": evidence.scan_id,
        "source": evidence.source,
        "imageId": scan.image_id if scan else None,
        "status": scan.status if scan else None,
        "scannedAt": _scan_time(scan.scanned_at) if scan and scan.scanned_at else None,
        "counts": asdict(scan.counts) if scan and scan.counts else None,
        "cached": bool(scan and scan.cached),
        **_details(evidence),
        "gap": evidence.gap.value if isinstance(evidence, Unusable) else None,
        "gapDetail": evidence.detail if isinstance(evidence, Unusable) else None,
    }


def _details(evidence: Single) -> dict[str, Any]:
    """Render what was asked further about a scan that is over its limits."""
    if not isinstance(evidence, Scanned):
        return _NO_DETAILS
    listed = evidence.listing.vulnerabilities if isinstance(evidence.listing, Listed) else None
    earlier = evidence.earlier
    return {
        "vulnerabilities": None if listed is None else [_vulnerability(one) for one in listed[:MAX_VULNERABILITIES]],
        "vulnerabilitiesListed": None if listed is None else len(listed),
        "unlisted": evidence.listing.detail if isinstance(evidence.listing, Unlisted) else None,
        "earlierScans": None if earlier is None else [_earlier(scan) for scan in earlier[:MAX_EARLIER]],
    }


def _vulnerability(one: Vulnerability) -> dict[str, Any]:
    return {"id": one.id, "severity": one.severity, "package": one.package, "fixedBy": one.fixed_by}


def _earlier(scan: Scan) -> dict[str, Any]:
    return {
        "scanResultId": scan.id,
        "scannedAt": _scan_time(scan.scanned_at) if scan.scanned_at else None,
        "counts": asdict(scan.counts) if scan.counts else None,
    }
