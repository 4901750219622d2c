"""The values of the world as messages of the API."""

from webhook.emulator.answers import Message, integer, message
from webhook.emulator.manifests import blob_id, blob_size, config_digest, layer_digests
from webhook.emulator.times import render_moment
from webhook.emulator.world import Image, Registry, Scan, ScanStatus, Severity, Vulnerability


def scan_message(scan: Scan) -> Message:
    """Write a ScanResult. One that is not READY has neither a time nor counters; zeros are left out."""
    ready = scan.status is ScanStatus.READY
    return message(
        id=scan.id,
        imageId=scan.image_id,
        scannedAt=render_moment(scan.scanned_at) if ready and scan.scanned_at else None,
        status=scan.status.value,
        vulnerabilities=_counters(scan) if ready else None,
    )


def vulnerability_message(vulnerability: Vulnerability) -> Message:
    """Write a Vulnerability."""
    package = message(
        name=vulnerability.name,
        link=vulnerability.link,
        package=vulnerability.package,
        source=vulnerability.source,
        version=vulnerability.version,
        fixedBy=vulnerability.fixed_by,
        origin=vulnerability.origin,
        type=vulnerability.type,
    )
    return message(severity=vulnerability.severity.value, package=package)


def image_message(image: Image) -> Message:
    """Write an Image. An index has no configuration and no layers."""
    layers = () if image.is_index else layer_digests(image.id)
    return message(
        id=image.id,
        name=image.name,
        digest=image.digest,
        compressedSize=integer(sum(blob_size(digest) for digest in layers)),
        config=None if image.is_index else _blob(config_digest(image.id), 8192),
        layers=[_blob(digest) for digest in layers],
        tags=list(image.tags),
        createdAt=render_moment(image.created_at),
    )


def registry_message(registry: Registry) -> Message:
    """Write a Registry."""
    return message(
        id=registry.id,
        folderId=registry.folder_id,
        name=registry.name,
        status="ACTIVE",
        createdAt=render_moment(registry.created_at),
    )


def _counters(scan: Scan) -> Message:
    return message(**{severity.value.lower(): integer(scan.counts.get(severity, 0)) for severity in Severity})


def _blob(digest: str, limit: int | None = None) -> Message:
    size = blob_size(digest) if limit is None else blob_size(digest, limit)
    return message(id=blob_id(digest), digest=digest, size=integer(size))
