"""The gate's own settings: one YAML file, `kind: GateConfiguration`."""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

import msgspec

from webhook.core.api_server import ApiServer
from webhook.core.documents import Document, Section, read
from webhook.core.environment import ENDPOINT, METADATA, Environment
from webhook.core.guidance import REASONS_URL, ReasonsUrl
from webhook.core.identity import IdentityChoice, chosen
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.lookup import Source
from webhook.core.printable import printable
from webhook.core.self_check import SelfCheck
from webhook.core.serving import Server
from webhook.core.times import Duration
from webhook.core.tracing import Tracing
from webhook.core.workloads import BUILT_IN, Kind, Path
from webhook.errors import InvalidDocument

API_ENDPOINT = "https://api.cloud.yandex.net"
"""Of the Russian installation; that of Kazakhstan is api.yandexcloud.kz."""

_URL = re.compile(r"(?P<scheme>https?)://(?:[A-Za-z0-9.-]+|\[[0-9a-fA-F:]+\])(?::[0-9]{1,5})?(?:/[A-Za-z0-9._/-]*)?")

Platform = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^[a-z0-9]+/[a-z0-9]+(/[a-z0-9]+)?$(?!\n)",
        description="a platform such as linux/amd64 or linux/arm/v7",
    ),
]


class Cloud(Section, frozen=True, kw_only=True):
    """How the services of Yandex Cloud are reached."""

    endpoint: str | None = None
    """Base URL of the installation's API endpoint, which says where the services are. None: that of YC_ENDPOINT,
    or `API_ENDPOINT`."""
    iam_endpoint: str | None = None
    """Base URL of IAM. None: the one that `endpoint` names."""
    ca_file: str | None = None
    """PEM file of the authorities to trust instead of the system's."""
    allow_http: bool = False
    """Whether URLs may be plain http: for an emulator on the same machine, and nothing else."""


class Registry(Section, frozen=True, kw_only=True):
    """Where scan results come from."""

    endpoint: str | None = None
    """Base URL of the Container Registry API. None: the one that the cloud's endpoint names."""
    hosts: dict[str, str] = msgspec.field(default_factory=lambda: {"cr.yandex": "https://cr.yandex"})
    """Registries whose images the scanner knows: host as images name it, and where to read manifests."""
    platforms: tuple[Platform, ...] = ("linux/amd64",)
    """Platforms of the cluster's nodes: of an image index, the images for these must pass."""
    concurrency: Annotated[int, msgspec.Meta(ge=1, le=512)] = 32
    """Calls to the registry at the same time, by each process."""
    remembered: Annotated[int, msgspec.Meta(ge=1)] = 50_000
    """Answers of the registry that each process remembers, those used last; about 1 KiB each."""


class PodTemplate(Section, frozen=True):
    """Another kind of object that holds a pod template."""

    group: str
    kind: str
    path: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$(?!\n)")]
    """Keys from the object to the template: `spec.template`."""


class Settings(Section, frozen=True, kw_only=True):
    """Everything that the file says."""

    api_version: Literal["scangate.dev/v1"]
    kind: Literal["GateConfiguration"]
    server: Server
    policy_file: str
    """The ScanPolicy."""
    table: str | None = None
    """A file that maps digests to scan-result ids, or a folder of such files (*.yaml, *.yml, *.json)."""
    sources: Annotated[tuple[Source, ...], msgspec.Meta(min_length=1)] = tuple(Source)
    """Where to look for the id of a scan result, in this order."""
    identity: IdentityChoice = msgspec.field(default_factory=IdentityChoice)
    """By what the gate gets its IAM token."""
    cloud: Cloud = msgspec.field(default_factory=Cloud)
    registry: Registry = msgspec.field(default_factory=Registry)
    api_server: ApiServer | None = None
    """How to ask the API server for labels of namespaces. None: they are not known."""
    registry_aliases: dict[str, str] = msgspec.field(default_factory=dict)
    """Further host names of a registry: `{mirror.example: cr.yandex}`."""
    pod_templates: tuple[PodTemplate, ...] = ()
    review_timeout: Duration = "10s"
    """How long a review may take where the caller does not say (`?timeout=`)."""
    self_check: SelfCheck | None = None
    """Whether the gate sees for itself that the API server asks it as it should."""
    audit_state_file: str | None = None
    """What the last audit of running pods came to, for the metrics."""
    tracing: Tracing | None = None
    """Where spans are sent. None: there are none."""
    reasons_url: ReasonsUrl = REASONS_URL
    """Where denials say that remedies are documented: a copy of docs/reasons.md. Empty: nowhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def kinds(self) -> Mapping[Kind, Path]:
        """Every kind that is judged, with the path to its pod."""
        return {Kind(more.group, more.kind): tuple(more.path.split(".")) for more in self.pod_templates} | {**BUILT_IN}

    @property
    def aliases(self) -> Mapping[str, str]:
        """Host names of registries that have another, proper one."""
        return {**YANDEX_REGISTRY_ALIASES, **self.registry_aliases}


def parse_settings(document: Document) -> Settings:
    """Return the settings that *document* holds.

    Raises:
        InvalidDocument: it holds something else; the message names file, field and value.
    """
    settings = read(document, Settings)
    for field, url, allow_http in _urls(settings):
        check_url(url, f"{document.source}: {field}", allow_http=allow_http)
    chosen(settings.identity, document.source)
    return settings


def check_environment(environment: Environment, settings: Settings) -> None:
    """Refuse URLs of the environment that are none, or plain http where that was not asked for.

    Raises:
        InvalidDocument: the message names the variable.
    """
    if environment.endpoint is not None:
        check_url(environment.endpoint, ENDPOINT, allow_http=settings.cloud.allow_http)
    if environment.metadata_endpoint is not None:
        check_url(environment.metadata_endpoint, METADATA, allow_http=True)


def check_url(url: str, field: str, *, allow_http: bool) -> None:
    """Refuse plain http unless it is asked for: a token must not cross a network in the clear.

    Raises:
        InvalidDocument: *url* is no base URL of that kind; the message names *field*.
    """
    match = _URL.fullmatch(url)
    if match is None:
        raise InvalidDocument(f"{field}: must be a URL such as https://host:port, not '{printable(url, limit=80)}'")
    if match["scheme"] == "http" and not allow_http:
        raise InvalidDocument(f"{field}: must start with https:// (or set cloud.allowHttp: true), not '{url}'")


def _urls(settings: Settings) -> Iterator[tuple[str, str, bool]]:
    """Yield every URL that the gate may ask, with the field that holds it, and whether it may be plain http."""
    federation, metadata = settings.identity.federation, settings.identity.metadata
    if metadata is not None and metadata.endpoint is not None:
        yield "identity.metadata.endpoint", metadata.endpoint, True
    if settings.tracing is not None:
        yield "tracing.endpoint", settings.tracing.endpoint, True
    guarded = {
        "cloud.endpoint": settings.cloud.endpoint,
        "cloud.iamEndpoint": settings.cloud.iam_endpoint,
        "registry.endpoint": settings.registry.endpoint,
        "apiServer.endpoint": None if settings.api_server is None else settings.api_server.endpoint,
        "identity.federation.endpoint": None if federation is None else federation.endpoint,
    }
    # Not in the same mapping: two names that are shown alike are two all the same.
    hosts = [(f"registry.hosts.{printable(host, limit=80)}", url) for host, url in settings.registry.hosts.items()]
    yield from ((field, url, settings.cloud.allow_http) for field, url in (*guarded.items(), *hosts) if url is not None)
