"""What is known about an image: a finished scan that is proven to be of it, or why there is none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from webhook.core.images import Digest
from webhook.core.lookup import ImageId, ScanId, Source
from webhook.core.reasons import Reason

Gap = Literal[
    Reason.INVALID_REFERENCE,
    Reason.UNPINNED,
    Reason.INVALID_SCAN_ID,
    Reason.MISSING,
    Reason.GONE,
    Reason.UNFINISHED,
    Reason.FAILED,
    Reason.UNKNOWN_STATUS,
    Reason.MISMATCHED,
    Reason.UNAVAILABLE,
    Reason.UNAUTHORIZED,
    Reason.UNREADABLE,
    Reason.UNEXPECTED_IMAGE_FIELD,
    Reason.TOO_MANY_IMAGES,
]
"""The reasons for which an image can have no usable scan."""


class Status(StrEnum):
    """State of a scan, as `ScanResult.status` names it; a name that is not here is not evidence of safety."""

    READY = "READY"
    RUNNING = "RUNNING"
    ERROR = "ERROR"


class Counts(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Number of vulnerabilities by severity, in the six buckets of the scanner's `VulnerabilityStats`."""

    critical: int = 0
    high: int = 0
    medium: int = 0
    low: int = 0
    negligible: int = 0
    undefined: int = 0


SEVERITIES: tuple[str, ...] = Counts.__struct_fields__
"""From the worst down, as the scanner orders them; `undefined` may hide any of the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan result, as the scanner gave it."""

    id: ScanId
    image_id: ImageId | None
    """The image that was scanned, as the registry numbers it; the digest is only known to that image."""
    status: str
    """A `Status`, or a word that nobody here knows."""
    scanned_at: datetime | None
    """When the scan finished, in UTC."""
    counts: Counts | None
    """None where the result had no counters at all."""
    cached: bool = False
    """Whether this was remembered from an earlier call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryImage:
    """An image as the registry knows it: the only link between an image id and a digest."""

    id: ImageId
    name: str
    """`<registry id>/<repository path>`."""
    digest: str
    cached: bool = False


class Severity(StrEnum):
    """How bad a vulnerability is, worst first; each is a bucket of `Counts`. `UNDEFINED` may be any of the others."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NEGLIGIBLE = "negligible"
    UNDEFINED = "undefined"


class Vulnerability(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One vulnerability in one package of an image. Its texts are strangers': they are of bounded length, no more."""

    id: str
    """Printable ASCII without spaces, such as `CVE-2026-8376`."""
    severity: Severity
    package: str
    version: str = ""
    fixed_by: str | None
    """The version without it; None where there is none."""
    origin: str = ""
    """`os`, or what else the package came by."""
    type: str = ""
    """The kind of package, such as `debian`."""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """The findings of a scan, all of them."""

    vulnerabilities: tuple[Vulnerability, ...]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The findings of a scan could not be had, and why."""

    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A finished scan that is proven to be of the image's digest."""

    scan: Scan
    scanned_at: datetime
    digest: Digest
    source: Source
    listing: Listed | Unlisted | None = None
    """The findings one by one; None where they were not asked for."""
    earlier: tuple[Scan, ...] | None = None
    """Finished scans of the same image from before; None where they were not asked for."""

    @property
    def scan_id(self) -> ScanId:
        """The id of the scan."""
        return self.scan.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """There is no usable scan, and why."""

    gap: Gap
    detail: str
    """The cause in a few words, safe to show."""
    scan_id: ScanId | None = None
    source: Source | None = None
    scan: Scan | None = None
    """What the scanner gave, where it gave something."""


Single = Scanned | Unusable
"""What is known about one manifest."""


@dataclass(frozen=True, slots=True)
class Child:
    """One platform of an image index, and what is known about its image."""

    platform: str
    """`linux/amd64`, `linux/arm/v7`."""
    digest: Digest
    evidence: Single


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """An image index: it has no scan of its own, and passes only if the image of each platform does."""

    digest: Digest
    children: tuple[Child, ...]
    """At least one."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nobody looked: the policy decides about the image without a scan."""


Evidence = Scanned | Unusable | Indexed | NotAsked
