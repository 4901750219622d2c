"""Images and scans of a world file, with everything filled in that may be left out."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from webhook.emulator.ids import DIGEST, IMAGE, SCAN, derive_id, digest_of
from webhook.emulator.manifests import image_manifest, index_manifest
from webhook.emulator.world import Image, NextScan, Platform, Scan, ScanStatus, Severity, Vulnerability
from webhook.emulator.world_place import Place
from webhook.emulator.world_schema import (
    CountsSection,
    FindingSection,
    ImageSection,
    NextScanSection,
    PlatformSection,
    ScanSection,
)

COMPUTED = "computed"
SCAN_AGE = timedelta(hours=1)
"""Of a finished scan whose time nobody wrote."""
SCAN_TIME = timedelta(seconds=24)
"""How long a written scan took; the documentation's sample did."""
LINK = "https://avd.aquasec.com/nvd/"


def build_image(section: ImageSection, place: Place) -> Image:
    """Return the image, or the index with its images, that stands at *place*.

    Raises:
        InvalidDocument: something there is wrong.
    """
    image = _ordinary(section, place, name=section.name, platform=None, tags=section.tags)
    if not section.platforms:
        return image
    if section.digest != COMPUTED:
        raise place.at("digest").wrong(f"must be '{COMPUTED}' for an index: it follows from its images", section.digest)
    if section.scans or section.next_scan:
        raise place.at("scans").wrong("must be left out of an index: only its images are scanned", "some")
    children = tuple(
        _ordinary(child, place.at(f"platforms[{number}]"), name=section.name, platform=_platform(child.platform))
        for number, child in enumerate(section.platforms)
    )
    return Image(
        id=image.id,
        name=image.name,
        digest=digest_of(index_manifest(children)),
        created_at=image.created_at,
        tags=image.tags,
        children=children,
    )


def _ordinary(
    section: ImageSection | PlatformSection,
    place: Place,
    *,
    name: str,
    platform: Platform | None,
    tags: tuple[str, ...] = (),
) -> Image:
    image_id = section.id or derive_id(IMAGE, name, section.digest, *tags, platform)
    if section.digest != COMPUTED and not DIGEST.fullmatch(section.digest):
        raise place.at("digest").wrong(f"must be sha256: and 64 of 0-9a-f, or '{COMPUTED}'", section.digest)
    scans = tuple(
        _scan(scan, place.at(f"scans[{number}]"), image_id, number) for number, scan in enumerate(section.scans)
    )
    oldest = min((scan.started_at for scan in scans), default=place.now - SCAN_AGE)
    return Image(
        id=image_id,
        name=name,
        digest=digest_of(image_manifest(image_id)) if section.digest == COMPUTED else section.digest,
        created_at=place.at("createdAt").moment(section.created_at, oldest - timedelta(minutes=1)),
        tags=tags,
        scans=scans,
        next_scan=_next_scan(section.next_scan, place.at("nextScan")),
        platform=platform,
    )


def _platform(text: str) -> Platform:
    system, architecture, *variant = text.split("/")
    return Platform(os=system, architecture=architecture, variant="".join(variant))


def _scan(section: ScanSection, place: Place, image_id: str, number: int) -> Scan:
    running = section.status is ScanStatus.RUNNING
    if running and section.scanned_at is not None:
        raise place.at("scannedAt").wrong("must be left out of a RUNNING scan: it has not finished", section.scanned_at)
    if not running and section.ready_after is not None:
        raise place.at("readyAfter").wrong("belongs to a scan that is RUNNING", section.ready_after)
    finished = place.at("scannedAt").moment(section.scanned_at, place.now - SCAN_AGE)
    findings = _findings(section.findings)
    return Scan(
        id=section.id or derive_id(SCAN, image_id, number),
        image_id=image_id,
        status=section.status,
        started_at=place.now if running else finished - SCAN_TIME,
        scanned_at=None if running else finished,
        counts=_counts(section.vulnerabilities, findings, place),
        findings=findings,
        ready_at=_ready_at(section.ready_after, place.now),
        outcome=ScanStatus(section.becomes),
    )


def _ready_at(seconds: float | None, now: datetime) -> datetime | None:
    return None if seconds is None else now + timedelta(seconds=seconds)


def _next_scan(section: NextScanSection | None, place: Place) -> NextScan | None:
    if section is None:
        return None
    findings = _findings(section.findings)
    counts = _counts(section.vulnerabilities, findings, place)
    return NextScan(status=ScanStatus(section.status), counts=counts, findings=findings)


def _findings(sections: tuple[FindingSection, ...]) -> tuple[Vulnerability, ...]:
    return tuple(
        Vulnerability(
            name=section.name,
            severity=section.severity,
            package=section.package,
            version=section.version,
            fixed_by=section.fixed_by,
            link=LINK + section.name.lower() if section.link is None else section.link,
            source=section.source,
            origin=section.origin,
            type=section.type,
        )
        for section in sections
    )


def _counts(section: CountsSection | None, findings: tuple[Vulnerability, ...], place: Place) -> Mapping[Severity, int]:
    """Return the counters that are written, or those of the findings. Findings may be a part of what was counted."""
    found = Counter(finding.severity for finding in findings)
    if section is None:
        return dict(found)
    counts = {severity: int(getattr(section, severity.value.lower())) for severity in Severity}
    for severity, number in found.items():
        if counts[severity] < number:
            field = place.at(f"vulnerabilities.{severity.value.lower()}")
            raise field.wrong(f"must be at least {number}, as many as there are findings", counts[severity])
    return counts
