"""The world file as it is written: the fields, their types and what each may hold. `world_file` makes values of it."""

from typing import Annotated, Literal

import msgspec

from webhook.emulator.documents import Section
from webhook.emulator.faults import Fault
from webhook.emulator.world import Role, ScanStatus, Severity

Id = Annotated[str, msgspec.Meta(pattern="^[a-z0-9]{1,50}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]
Seconds = Annotated[float, msgspec.Meta(ge=0)]
Name = Annotated[
    str,
    msgspec.Meta(pattern=r"^[a-z0-9]+(?:[._-][a-z0-9]+)*(?:/[a-z0-9]+(?:[._-][a-z0-9]+)*)+$"),
]
"""`<registry id>/<path>`."""
Tag = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$")]
PlatformName = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+/[a-z0-9]+(?:/[a-z0-9]+)?$")]
"""`os/architecture[/variant]`."""


class CountsSection(Section, frozen=True):
    """How many vulnerabilities of each severity. One that is left out is 0."""

    critical: Count = 0
    high: Count = 0
    medium: Count = 0
    low: Count = 0
    negligible: Count = 0
    undefined: Count = 0


class FindingSection(Section, frozen=True):
    """One package with one CVE."""

    name: str
    severity: Severity
    package: str
    version: str = ""
    fixed_by: str = ""
    link: str | None = None
    source: str = "trivy"
    origin: str = "os"
    type: str = "debian"


class NextScanSection(Section, frozen=True):
    """What the next scan of an image will find."""

    status: Literal["READY", "ERROR"] = "READY"
    vulnerabilities: CountsSection | None = None
    findings: tuple[FindingSection, ...] = ()


class ScanSection(Section, frozen=True):
    """A scan of an image."""

    id: Id | None = None
    status: ScanStatus = ScanStatus.READY
    scanned_at: str | None = None
    ready_after: Seconds | None = None
    """Seconds from now on for which a RUNNING scan runs; it runs for ever without."""
    becomes: Literal["READY", "ERROR"] = "READY"
    vulnerabilities: CountsSection | None = None
    findings: tuple[FindingSection, ...] = ()


class PlatformSection(Section, frozen=True):
    """An image of an index."""

    platform: PlatformName
    id: Id | None = None
    digest: str = "computed"
    created_at: str | None = None
    scans: tuple[ScanSection, ...] = ()
    next_scan: NextScanSection | None = None


class ImageSection(Section, frozen=True):
    """An image, or with `platforms` an index of images."""

    name: Name
    id: Id | None = None
    digest: str = "computed"
    tags: tuple[Tag, ...] = ()
    created_at: str | None = None
    scans: tuple[ScanSection, ...] = ()
    next_scan: NextScanSection | None = None
    platforms: tuple[PlatformSection, ...] = ()


class RegistrySection(Section, frozen=True):
    """A registry. Those that only the names of images mention need none."""

    id: Id
    folder_id: Id | None = None
    name: str = ""
    created_at: str | None = None


class KeySection(Section, frozen=True):
    """The public half of an authorized key."""

    id: Id
    public_key: str


class AccountSection(Section, frozen=True):
    """A service account."""

    id: Id
    roles: tuple[Role, ...] = ()
    tokens: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...] = ()
    keys: tuple[KeySection, ...] = ()
    metadata: bool = False
    subjects: tuple[str, ...] = ()


class FederationSection(Section, frozen=True):
    """A cluster whose tokens are taken for workload identities."""

    issuer: Annotated[str, msgspec.Meta(min_length=1)]
    audiences: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    keys: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]


class BehaviourSection(Section, frozen=True):
    """Habits of the service; each field stands in `webhook.emulator.world.Behaviour`."""

    keep_scans: Annotated[int, msgspec.Meta(ge=1)] | Literal["all"] = 3
    keep_days: Seconds = 30.0
    scan_seconds: Seconds = 24.0
    parallel_scans: Annotated[int, msgspec.Meta(ge=0)] = 10
    last_scan_counts_errors: bool = True
    child_images: bool = True
    unknown_parameters_refused: bool = True
    digest_header: bool = True
    token_seconds: Annotated[int, msgspec.Meta(ge=1, le=43200)] = 43200
    iam_audiences: tuple[str, ...] = ("https://iam.api.cloud.yandex.net/iam/v1/tokens",)


class WorldSection(Section, frozen=True):
    """The whole file."""

    images: tuple[ImageSection, ...] = ()
    registries: tuple[RegistrySection, ...] = ()
    accounts: tuple[AccountSection, ...] = ()
    federations: tuple[FederationSection, ...] = ()
    behaviour: BehaviourSection = msgspec.field(default_factory=BehaviourSection)
    faults: tuple[Fault, ...] = ()
