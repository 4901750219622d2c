"""The objects in manifests, one by one, and the question that is asked about each."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from webhook.core.documents import Document, FieldPath
from webhook.core.images import Digest
from webhook.core.printable import printable
from webhook.core.question import render_creation

USER = "scangate:check"

NAME_LABEL = "kubernetes.io/metadata.name"
"""An API server gives it to every namespace."""

MAX_DEPTH = 10
"""Lists in lists; a kubectl never writes one."""

DIRECT = "--image"
"""Where an image comes from that was given on the command line."""

STDIN = "standard input"


@dataclass(frozen=True, slots=True)
class Object:
    """An object that somebody would create, or a review that an API server has sent."""

    document: Document
    at: FieldPath
    """Where in the document it is."""
    manifest: Mapping[str, Any]

    @property
    def source(self) -> str:
        """The file."""
        return self.document.source

    @property
    def in_file(self) -> bool:
        """Whether it came from a file."""
        return self.source not in (DIRECT, STDIN)

    @property
    def kind(self) -> str:
        """Its kind."""
        return str(self.manifest["kind"])

    @property
    def is_review(self) -> bool:
        """Whether it is itself a question."""
        return (self.manifest["apiVersion"], self.kind) == ("admission.k8s.io/v1", "AdmissionReview")

    def line(self, path: FieldPath = ()) -> int | None:
        """Return the line of a field, or of the beginning; None where that is not known."""
        return self.document.line((*self.at, *path) if path else (*self.at, "kind"))

    def question(self, namespace: str) -> bytes:
        """Return the AdmissionReview that asks about it; *namespace* is the one of what names none.

        Raises:
            InvalidDocument: something in it cannot stand in JSON.
        """
        try:
            if self.is_review:
                return msgspec.json.encode(self.manifest)
            metadata = self.metadata
            place = str(metadata.get("namespace") or namespace)
            name = str(metadata.get("name") or metadata.get("generateName") or "")
            uid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://scangate.dev/check/{place}/{self.kind}/{name}"))
            return render_creation(self.manifest, uid=uid, namespace=place, name=name, user=USER)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise self.document.invalid(self.at, f"cannot be written as JSON: {error}") from error

    @property
    def metadata(self) -> Mapping[str, Any]:
        """Its metadata, as far as it has some."""
        metadata = self.manifest.get("metadata")
        return metadata if isinstance(metadata, dict) else {}


def objects_in(document: Document) -> Iterator[Object]:
    """Yield the objects of a document; of a list, its items.

    Raises:
        InvalidDocument: it is no object of Kubernetes.
    """
    yield from _objects(document, (), document.content)


def _objects(document: Document, at: tuple[str | int, ...], content: Any) -> Iterator[Object]:
    if not isinstance(content, dict) or not all(isinstance(content.get(key), str) for key in ("apiVersion", "kind")):
        shown = at or ("the document",)
        raise document.invalid(shown, "is no object of Kubernetes: apiVersion and kind are required")
    items = content.get("items")
    if not (content["kind"].endswith("List") and isinstance(items, list)):
        yield Object(document, at, content)
        return
    if len(at) > MAX_DEPTH:
        raise document.invalid(at, "is a list in too many lists")
    # The items of a PodList need not say that they are pods.
    item = content["kind"].removesuffix("List")
    implied = {"apiVersion": content["apiVersion"], "kind": item} if item else {}
    for index, one in enumerate(items):
        whole = {**implied, **one} if isinstance(one, dict) else one
        yield from _objects(document, (*at, "items", index), whole)


def image_object(image: str) -> Object:
    """Return a pod with one container of *image*."""
    spec = {"containers": [{"name": "image", "image": image}]}
    name = printable(image, limit=250)
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
    return Object(Document(DIRECT, manifest, Digest("")), (), manifest)


def namespaces_in(objects: list[Object]) -> Mapping[str, Mapping[str, str]]:
    """Return the labels of the namespaces among *objects*, as they would have them in a cluster."""
    found = [one.metadata for one in objects if (one.manifest["apiVersion"], one.kind) == ("v1", "Namespace")]
    return {str(one["name"]): _labels(one) | {NAME_LABEL: str(one["name"])} for one in found if one.get("name")}


def _labels(metadata: Mapping[str, Any]) -> dict[str, str]:
    labels = metadata.get("labels")
    return {str(key): str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}
