"""The examples: manifests as people write them, each with the decision that it should get."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from webhook.core.documents import Document
from webhook.core.printable import printable
from webhook.core.question import render_creation
from webhook.errors import InvalidDocument

EXPECTATION = "demo.scangate.dev/expect"
"""Annotation of an example: `allow` or `deny`, and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An object to ask the gate about."""

    source: str
    """The file."""
    group: str
    version: str
    kind: str
    namespace: str
    name: str
    expected: str
    """`deny over-limits`."""
    manifest: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Write it as kubectl does: `deployment/api`."""
        return f"{self.kind.lower()}/{self.name}"

    @property
    def uid(self) -> str:
        """The uid of the review that asks about it: always the same one."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://scangate.dev/demo/{self.namespace}/{self.title}"))


class _Metadata(msgspec.Struct, frozen=True):
    name: str
    annotations: dict[str, str]
    namespace: str = "default"


class _Manifest(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str
    kind: str
    metadata: _Metadata


def parse_example(document: Document) -> Example:
    """Return the example that *document* holds.

    Raises:
        InvalidDocument: it is not a manifest with a name, or does not say what to expect.
    """
    try:
        manifest = msgspec.convert(document.content, _Manifest)
        expected = manifest.metadata.annotations[EXPECTATION]
    except msgspec.ValidationError as error:
        raise InvalidDocument(f"{document.source}: not an example: {printable(str(error))}") from error
    except KeyError as error:
        raise InvalidDocument(f"{document.source}: metadata.annotations: {EXPECTATION} is required") from error
    group, _, version = manifest.api_version.rpartition("/")
    return Example(
        source=document.source,
        group=group,
        version=version,
        kind=manifest.kind,
        namespace=manifest.metadata.namespace,
        name=manifest.metadata.name,
        expected=expected,
        manifest=document.content,
    )


def render_question(example: Example) -> bytes:
    """Return the AdmissionReview with which an API server asks whether *example* may be created."""
    return render_creation(
        example.manifest,
        uid=example.uid,
        namespace=example.namespace,
        name=example.name,
        user="demo@example.com",
    )
