"""What the emulated registry holds: images, their scans, the accounts that may read them, and its habits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from webhook.emulator.faults import Fault


class Severity(StrEnum):
    """The six buckets of the scanner, worst first."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    NEGLIGIBLE = "NEGLIGIBLE"
    UNDEFINED = "UNDEFINED"


class ScanStatus(StrEnum):
    """States of a scan; the last two are of Cloud Registry and unknown to Container Registry's own definition."""

    STATUS_UNSPECIFIED = "STATUS_UNSPECIFIED"
    RUNNING = "RUNNING"
    READY = "READY"
    ERROR = "ERROR"
    QUEUED = "QUEUED"
    CANCELLED = "CANCELLED"


class Role(StrEnum):
    """The roles that Container Registry's reads ask for."""

    SCANNER = "container-registry.images.scanner"
    VIEWER = "container-registry.viewer"
    PULLER = "container-registry.images.puller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """One package with one CVE."""

    name: str
    severity: Severity
    package: str
    version: str
    fixed_by: str = ""
    link: str = ""
    source: str = "trivy"
    origin: str = "os"
    type: str = "debian"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One scan of one image."""

    id: str
    image_id: str
    status: ScanStatus
    started_at: datetime
    scanned_at: datetime | None = None
    """When it finished; None while it runs."""
    counts: Mapping[Severity, int] = field(default_factory=dict)
    findings: tuple[Vulnerability, ...] = ()
    ready_at: datetime | None = None
    """When a running scan ends; None: it never does."""
    outcome: ScanStatus = ScanStatus.READY
    """What a running scan ends as."""

    def seen_at(self, now: datetime) -> "Scan":
        """Return the scan as it is at *now*: a running one whose time has come is finished."""
        if self.status is not ScanStatus.RUNNING or self.ready_at is None or now < self.ready_at:
            return self
        return replace(self, status=self.outcome, scanned_at=self.ready_at)

    @property
    def age_key(self) -> datetime:
        """The time that puts the scans of an image in order."""
        return self.scanned_at or self.started_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What an image of an index is for. `unknown/unknown` marks an attestation."""

    os: str
    architecture: str
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextScan:
    """What the next scan of an image will find."""

    status: ScanStatus = ScanStatus.READY
    counts: Mapping[Severity, int] = field(default_factory=dict)
    findings: tuple[Vulnerability, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image, or an index of images."""

    id: str
    name: str
    """`<registry id>/<path>`, as in the API."""
    digest: str
    created_at: datetime
    tags: tuple[str, ...] = ()
    scans: tuple[Scan, ...] = ()
    next_scan: NextScan | None = None
    platform: Platform | None = None
    """Of a child of an index."""
    children: tuple["Image", ...] = ()
    """Of an index; empty for an ordinary image."""

    @property
    def is_index(self) -> bool:
        """Whether this is an index, which has no scan of its own."""
        return bool(self.children)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """A registry of a folder."""

    id: str
    folder_id: str
    name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A service account: what it may do and by what it is known."""

    id: str
    roles: frozenset[Role]
    tokens: tuple[str, ...] = field(default=(), repr=False)
    """IAM tokens that are taken as its own, for ever."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Public keys in PEM, by key id."""
    metadata: bool = False
    """Whether the metadata service speaks for it."""
    subjects: tuple[str, ...] = ()
    """`sub` claims of the workload identities that may act as it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """A cluster whose tokens are taken for workload identities."""

    issuer: str
    audiences: tuple[str, ...]
    """A token names one of them."""
    keys: tuple[str, ...]
    """Public keys in PEM; one of them signed a token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Habits of the service that are known to vary, or not known for sure."""

    keep_scans: int | None = 3
    """READY scans kept of an image. None: all of them."""
    keep_days: float = 30.0
    """Older ones are dropped, except the newest where none is younger."""
    scan_seconds: float = 24.0
    """How long a scan runs."""
    parallel_scans: int = 10
    """Scans that may run at once."""
    last_scan_counts_errors: bool = True
    """Whether the last finished scan may be a failed one."""
    child_images: bool = True
    """Whether the images of an index are images of the API as well."""
    unknown_parameters_refused: bool = True
    digest_header: bool = True
    """Whether a manifest comes with `Docker-Content-Digest`."""
    token_seconds: int = 43200
    iam_audiences: tuple[str, ...] = ("https://iam.api.cloud.yandex.net/iam/v1/tokens",)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything at once."""

    images: tuple[Image, ...] = ()
    registries: tuple[Registry, ...] = ()
    accounts: tuple[Account, ...] = ()
    """None at all: every token is good for everything."""
    federations: tuple[Federation, ...] = ()
    """None at all: whoever signed the token of a workload, it is taken."""
    behaviour: Behaviour = field(default_factory=Behaviour)
    faults: tuple[Fault, ...] = ()
