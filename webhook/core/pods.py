"""Every image of a pod: containers, init containers, ephemeral containers and image volumes."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

import msgspec

from webhook.core.images import ImageReference, parse_reference
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.printable import printable
from webhook.core.reasons import Reason
from webhook.core.tripwire import unexpected_images
from webhook.errors import InvalidReference, InvalidReview

MAX_IMAGES = 100
"""Distinct images of one pod that are looked up; an API server admits thousands, a registry answers one by one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pod names an image."""

    what: str
    """`container`, `init container`, `ephemeral container` or `volume`."""
    name: str
    field: str
    """Path in the pod: `spec.containers[0].image`."""


@dataclass(frozen=True, slots=True)
class Malformed:
    """An image that cannot be looked up at all, and why."""

    gap: Literal[Reason.INVALID_REFERENCE, Reason.UNEXPECTED_IMAGE_FIELD, Reason.TOO_MANY_IMAGES]
    detail: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image of a pod, once for all places that name it alike."""

    text: str
    """As it was written."""
    places: tuple[Place, ...]
    reference: ImageReference | Malformed
    annotation: str | None = None
    """What the pod says about its scan result, as it was written."""

    @property
    def known_reference(self) -> ImageReference | None:
        """The reference, where it can be understood."""
        return self.reference if isinstance(self.reference, ImageReference) else None


class Metadata(msgspec.Struct, frozen=True):
    """The part of `ObjectMeta` that matters here."""

    name: str | None = None
    generate_name: str | None = msgspec.field(name="generateName", default=None)
    deletion_timestamp: str | None = msgspec.field(name="deletionTimestamp", default=None)
    annotations: dict[str, str] | None = None


class _Container(msgspec.Struct, frozen=True):
    name: str = ""
    image: str | None = None


class _ImageVolume(msgspec.Struct, frozen=True):
    reference: str | None = None


class _Volume(msgspec.Struct, frozen=True):
    name: str = ""
    image: _ImageVolume | None = None


class _Spec(msgspec.Struct, frozen=True, rename="camel"):
    containers: tuple[_Container, ...] | None = None
    init_containers: tuple[_Container, ...] | None = None
    ephemeral_containers: tuple[_Container, ...] | None = None
    volumes: tuple[_Volume, ...] | None = None


class _Pod(msgspec.Struct, frozen=True):
    metadata: Metadata | None = None
    spec: msgspec.Raw = msgspec.Raw(b"null")


_POD = msgspec.json.Decoder(_Pod)
_SPEC = msgspec.json.Decoder(_Spec)
_Found = tuple[Place, str]


def images_of(
    document: msgspec.Raw, aliases: Mapping[str, str], *, known: AbstractSet[str] = frozenset()
) -> tuple[Image, ...]:
    """Return the distinct images of a pod or a pod template, without those whose text is *known*.

    They come in the order in which the pod names them. Beyond `MAX_IMAGES` one more, before all others,
    stands for the rest, and cannot pass.

    Raises:
        InvalidReview: it is not a pod, or names no container.
    """
    pod, spec = _decoded(document)
    annotations = (pod.metadata and pod.metadata.annotations) or {}
    found = _found(spec)
    names = {place.name for place, _ in found if place.what != "volume"}
    new = [(place, text) for place, text in found if text not in known]
    unexpected = [image for image in _unexpected(bytes(pod.spec), found) if image.text not in known]
    return (*_bounded(_distinct(new, annotations, aliases, names=names)), *unexpected[:MAX_IMAGES])


def image_texts(document: msgspec.Raw) -> frozenset[str]:
    """Return every image that a pod or a pod template names, as it is written.

    Raises:
        InvalidReview: as `images_of`.
    """
    pod, spec = _decoded(document)
    found = _found(spec)
    unexpected = _unexpected(bytes(pod.spec), found)
    return frozenset(text for _, text in found) | {image.text for image in unexpected}


def _decoded(document: msgspec.Raw) -> tuple[_Pod, _Spec]:
    try:
        pod = _POD.decode(document)
        spec = _SPEC.decode(pod.spec)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the pod cannot be read: {printable(str(error))}") from error
    if not spec.containers:
        raise InvalidReview("the pod names no container")
    return pod, spec


def _found(spec: _Spec) -> list[_Found]:
    return [*_containers(spec), *_volumes(spec)]


def _containers(spec: _Spec) -> Iterator[_Found]:
    lists = (
        ("container", "containers", spec.containers),
        ("init container", "initContainers", spec.init_containers),
        ("ephemeral container", "ephemeralContainers", spec.ephemeral_containers),
    )
    for what, field, containers in lists:
        for index, container in enumerate(containers or ()):
            place = Place(what, container.name, f"spec.{field}[{index}].image")
            yield place, container.image or ""


def _volumes(spec: _Spec) -> Iterator[_Found]:
    for index, volume in enumerate(spec.volumes or ()):
        if volume.image is not None:
            place = Place("volume", volume.name, f"spec.volumes[{index}].image.reference")
            yield place, volume.image.reference or ""


def _distinct(
    found: list[_Found], annotations: Mapping[str, str], aliases: Mapping[str, str], *, names: AbstractSet[str]
) -> tuple[Image, ...]:
    """Join the places that name the same image with the same annotation; *names* are those of all containers."""
    places: dict[tuple[str, str | None], list[Place]] = {}
    for place, text in found:
        # A volume and a container may share a name; the annotation of that name is the container's.
        others = place.what == "volume" and place.name in names
        annotation = None if others else annotations.get(ANNOTATION_PREFIX + place.name)
        places.setdefault((text, annotation), []).append(place)
    return tuple(
        Image(text, tuple(where), _parsed(text, aliases), annotation) for (text, annotation), where in places.items()
    )


def _parsed(text: str, aliases: Mapping[str, str]) -> ImageReference | Malformed:
    try:
        return parse_reference(text, aliases)
    except InvalidReference as error:
        return Malformed(Reason.INVALID_REFERENCE, str(error))


def _unexpected(spec: bytes, found: list[_Found]) -> Iterator[Image]:
    """Stand in for each image in a place that this module does not know; none of them can pass."""
    known = {place.field for place, _ in found}
    # A place that names no image explains no key: it must not make up for one that is somewhere else.
    keys = sum(bool(text) for _, text in found) + sum(place.what == "volume" for place, _ in found)
    for field, text in unexpected_images(spec, known=known, keys=keys):
        detail = f"{printable(field)} is not a place where Kubernetes names an image"
        yield Image(text, (Place("field", field, field),), Malformed(Reason.UNEXPECTED_IMAGE_FIELD, detail))


def _bounded(images: tuple[Image, ...]) -> tuple[Image, ...]:
    if len(images) <= MAX_IMAGES:
        return images
    rest = images[MAX_IMAGES:]
    detail = f"the pod names {len(images)} images; at most {MAX_IMAGES} are looked up"
    return (Image("", rest[0].places, Malformed(Reason.TOO_MANY_IMAGES, detail)), *images[:MAX_IMAGES])
