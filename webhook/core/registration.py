"""The ValidatingWebhookConfiguration, with which the gate is registered at the API server, as a value."""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from webhook.core.cluster import Version
from webhook.core.printable import printable
from webhook.errors import InvalidDocument

API_VERSION = "admissionregistration.k8s.io/v1"
KIND = "ValidatingWebhookConfiguration"

PUBLISHED = "scangate.dev/ca-bundle-since"
"""The annotation with the time since when the webhooks have the caBundle that they have."""

_HOST = re.compile(r"https://(?:\[(?P<bracketed>[^\]]+)\]|(?P<plain>[^:/?#]+))")


class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """A part of the object. What is left out has the value that the API server would put there."""


class Rule(_Part, frozen=True):
    """Which requests a webhook is asked about."""

    operations: tuple[str, ...] = ()
    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str = "*"


class Expression(_Part, frozen=True):
    """One requirement of a selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()


class Selector(_Part, frozen=True):
    """Which labels namespaces or objects must have; an empty one selects all."""

    match_labels: dict[str, str] = {}
    match_expressions: tuple[Expression, ...] = ()


class Service(_Part, frozen=True):
    """The Service behind which the gate is."""

    namespace: str
    name: str
    path: str = ""
    port: int = 443


class ClientConfig(_Part, frozen=True):
    """Where the gate is, and which authorities vouch for it."""

    service: Service | None = None
    url: str | None = None
    ca_bundle: str = ""
    """PEM in base64."""

    @property
    def host(self) -> str:
        """Return the name that the certificate must have."""
        if self.service is not None:
            return f"{self.service.name}.{self.service.namespace}.svc"
        match = _HOST.match(self.url or "")
        return "" if match is None else match["bracketed"] or match["plain"]

    @property
    def address(self) -> str:
        """Return the URL that the API server calls."""
        if self.service is None:
            return self.url or ""
        return f"https://{self.host}:{self.service.port}/{self.service.path.removeprefix('/')}"

    @property
    def authorities(self) -> str:
        """Return the caBundle as PEM; what is no base64 of text holds no authority."""
        try:
            return base64.b64decode(self.ca_bundle).decode("ascii")
        except ValueError:
            return ""


class MatchCondition(_Part, frozen=True):
    """A CEL expression; a request for which it is false passes unasked."""

    name: str
    expression: str


class Webhook(_Part, frozen=True):
    """One webhook of the object."""

    name: str
    client_config: ClientConfig
    rules: tuple[Rule, ...] = ()
    failure_policy: str = "Fail"
    match_policy: str = "Equivalent"
    namespace_selector: Selector = Selector()
    object_selector: Selector = Selector()
    match_conditions: tuple[MatchCondition, ...] = ()
    timeout_seconds: int = 10
    side_effects: str = ""
    admission_review_versions: tuple[str, ...] = ()


class _Metadata(_Part, frozen=True):
    name: str
    resource_version: str = ""
    annotations: dict[str, str] = {}


class _Object(_Part, frozen=True):
    api_version: str
    kind: str
    metadata: _Metadata
    webhooks: tuple[Webhook, ...] = ()


@dataclass(frozen=True, slots=True)
class Registration:
    """The whole object."""

    name: str
    webhooks: tuple[Webhook, ...]
    version: Version = Version("")
    annotations: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """For each webhook with fields that are unknown here, their names: each could let requests pass."""


def parse_registration(source: str, content: object) -> Registration:
    """Read the object from what YAML or JSON made of it; *source* is for messages.

    Raises:
        InvalidDocument: it is no ValidatingWebhookConfiguration of v1.
    """
    content = _without_nulls(content)
    try:
        found = msgspec.convert(content, _Object)
    except msgspec.ValidationError as error:
        raise InvalidDocument(f"{source}: is no {KIND}: {printable(str(error))}") from error
    if (found.api_version, found.kind) != (API_VERSION, KIND):
        right = f"{API_VERSION} {KIND}"
        raise InvalidDocument(f"{source}: must be {right}, not {printable(f'{found.api_version} {found.kind}')}")
    return Registration(
        name=found.metadata.name,
        webhooks=found.webhooks,
        version=Version(found.metadata.resource_version),
        annotations=found.metadata.annotations,
        unknown=_unknown(content, found.webhooks),
    )


def _without_nulls(content: Any) -> Any:
    """Leave out fields that are null: to the API server they are not there."""
    if isinstance(content, dict):
        return {key: _without_nulls(value) for key, value in content.items() if value is not None}
    return [_without_nulls(value) for value in content] if isinstance(content, list) else content


def _unknown(content: Any, webhooks: tuple[Webhook, ...]) -> dict[str, tuple[str, ...]]:
    """Name the fields of each webhook, at any depth, that the parts above do not have."""
    pairs = zip(content.get("webhooks", ()), webhooks, strict=True)
    found = {known.name: tuple(_left_over(raw, msgspec.to_builtins(known))) for raw, known in pairs}
    return {name: fields for name, fields in found.items() if fields}


def _left_over(raw: Any, known: Any, path: str = "") -> Iterator[str]:
    """Yield the paths that *raw* has, and what was understood of it has not."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in known:
                yield from _left_over(value, known[key], f"{path}.{key}" if path else key)
            else:
                yield printable(f"{path}.{key}" if path else str(key))
    elif isinstance(raw, list):
        for index, value in enumerate(raw):
            yield from _left_over(value, known[index], f"{path}[{index}]")
