"""The state of an emulated registry as the oracle reads it: plain mappings."""

from datetime import datetime
from typing import Any

from tests.oracle.oracle import State
from tests.processes import Document
from webhook.emulator.faults import VulnerabilitiesAbsent
from webhook.emulator.world import Image, Scan, Severity, World


def described(world: World) -> Document:
    """Return what a registry holds."""
    behaviour = world.behaviour
    counters = not any(isinstance(fault, VulnerabilitiesAbsent) for fault in world.faults)
    return {
        "images": [_image(image, counters=counters) for image in world.images],
        "behaviour": {
            "keepScans": behaviour.keep_scans,
            "keepDays": behaviour.keep_days,
            "lastScanCountsErrors": behaviour.last_scan_counts_errors,
            "childImages": behaviour.child_images,
        },
    }


def state_of(world: World, policy: Document, now: datetime, **more: Any) -> State:
    """Return the state of everything; *more* are further fields of it."""
    return State(world=described(world), policy=policy, now=now, **more)


def _image(image: Image, *, counters: bool) -> Document:
    platform = image.platform
    return {
        "id": image.id,
        "name": image.name,
        "digest": image.digest,
        "tags": list(image.tags),
        "platform": platform and "/".join(filter(None, (platform.os, platform.architecture, platform.variant))),
        "scans": [_scan(scan, counters=counters) for scan in image.scans],
        "children": [_image(child, counters=counters) for child in image.children],
    }


def _scan(scan: Scan, *, counters: bool) -> Document:
    return {
        "id": scan.id,
        "imageId": scan.image_id,
        "status": scan.status.value,
        "startedAt": scan.started_at,
        "scannedAt": scan.scanned_at,
        "readyAt": scan.ready_at,
        "outcome": scan.outcome.value,
        "counts": {one.value.lower(): scan.counts.get(one, 0) for one in Severity} if counters else None,
        "findings": [
            {
                "id": finding.name,
                "severity": finding.severity.value.lower(),
                "package": finding.package,
                "fixedBy": finding.fixed_by,
            }
            for finding in scan.findings
        ],
    }
