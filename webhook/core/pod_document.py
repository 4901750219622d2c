"""A pod or a pod template as it is written: where it names images, what it is annotated with, and whose it is.

It is decoded once, into no more than that.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from webhook.core.printable import printable
from webhook.core.tripwire import image_keys, unexpected_images
from webhook.errors import InvalidReview


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where a pod names an image."""

    what: str
    """`container`, `init container`, `ephemeral container` or `volume`."""
    name: str
    field: str
    """Path in the pod: `spec.containers[0].image`."""


class Metadata(msgspec.Struct, frozen=True):
    """The part of `ObjectMeta` that matters here."""

    name: str | None = None
    generate_name: str | None = msgspec.field(name="generateName", default=None)
    deletion_timestamp: str | None = msgspec.field(name="deletionTimestamp", default=None)
    annotations: dict[str, str] | None = None


class _Container(msgspec.Struct, frozen=True, gc=False):
    name: str = ""
    image: str | None = None


class _ImageVolume(msgspec.Struct, frozen=True):
    reference: str | None = None


class _Volume(msgspec.Struct, frozen=True):
    name: str = ""
    image: _ImageVolume | None = None


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    service_account_name: str | None = None
    service_account: str | None = None
    containers: tuple[_Container, ...] | None = None
    init_containers: tuple[_Container, ...] | None = None
    ephemeral_containers: tuple[_Container, ...] | None = None
    volumes: tuple[_Volume, ...] | None = None


class _Pod(msgspec.Struct, frozen=True):
    spec: _Spec
    metadata: Metadata | None = None


class _Whole(msgspec.Struct, frozen=True):
    spec: msgspec.Raw


_POD = msgspec.json.Decoder(_Pod)
_WHOLE = msgspec.json.Decoder(_Whole)

_Shape = TypeVar("_Shape", _Pod, _Whole)

Found = tuple[Place, str]
"""Where an image is named, and the text that names it."""

DEFAULT_SERVICE_ACCOUNT = "default"


class Pod(msgspec.Struct, frozen=True):
    """A pod or a pod template, as far as it matters here."""

    service_account: str
    """That it runs as."""
    annotations: Mapping[str, str]
    found: Sequence[Found]
    """Every image that it names."""
    unexpected: Sequence[Found]
    """Those in places that are not known here."""


def parse_pod(document: msgspec.Raw) -> Pod:
    """Return a pod or a pod template.

    `serviceAccount` is the old name of `serviceAccountName`; an API server gives pods both.

    Raises:
        InvalidReview: it is not a pod, or names no container.
    """
    pod = _decoded(_POD, document)
    spec = pod.spec
    if not spec.containers:
        raise InvalidReview("the pod names no container")
    account = spec.service_account_name or spec.service_account or DEFAULT_SERVICE_ACCOUNT
    annotations = (pod.metadata and pod.metadata.annotations) or {}
    found = _found(spec)
    return Pod(account, annotations, found, tuple(_unexpected(document, found)))


def _decoded(decoder: "msgspec.json.Decoder[_Shape]", document: msgspec.Raw) -> _Shape:
    try:
        return decoder.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the pod cannot be read: {printable(str(error))}") from error


def _found(spec: _Spec) -> list[Found]:
    return [*_containers(spec), *_volumes(spec)]


def _containers(spec: _Spec) -> Iterator[Found]:
    lists = (
        ("container", "containers", spec.containers),
        ("init container", "initContainers", spec.init_containers),
        ("ephemeral container", "ephemeralContainers", spec.ephemeral_containers),
    )
    for what, field, containers in lists:
        for index, container in enumerate(containers or ()):
            place = Place(what, container.name, f"spec.{field}[{index}].image")
            yield place, container.image or ""


def _volumes(spec: _Spec) -> Iterator[Found]:
    for index, volume in enumerate(spec.volumes or ()):
        if volume.image is not None:
            place = Place("volume", volume.name, f"spec.volumes[{index}].image.reference")
            yield place, volume.image.reference or ""


def _unexpected(document: msgspec.Raw, found: Sequence[Found]) -> Iterator[Found]:
    # A place that names no image explains no key: it must not make up for one that is somewhere else.
    keys = sum([bool(text) + (place.what == "volume") for place, text in found])
    # Most pods end here: no key in all of the pod is one too many. Labels and statuses may have some of their own.
    if image_keys(bytes(document)) == keys:
        return
    known = {place.field for place, _ in found}
    for field, text in unexpected_images(bytes(_decoded(_WHOLE, document).spec), known=known, keys=keys):
        yield Place("field", field, field), text
