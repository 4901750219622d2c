"""Every image of a pod: containers, init containers, ephemeral containers and image volumes."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Literal

import msgspec

from webhook.core.images import ImageReference, parse_reference
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.pod_document import Found, Place, Pod
from webhook.core.printable import printable
from webhook.core.reasons import Reason
from webhook.errors import InvalidReference

KEPT_REFERENCES = 2048
"""References that are known again; with their texts 2 MiB at the most."""

MAX_IMAGES = 100
"""Distinct images of one pod that are looked up; an API server admits thousands, a registry answers one by one."""


class Malformed(msgspec.Struct, frozen=True):
    """An image that cannot be looked up at all, and why."""

    gap: Literal[Reason.INVALID_REFERENCE, Reason.UNEXPECTED_IMAGE_FIELD, Reason.TOO_MANY_IMAGES]
    detail: str


class Image(msgspec.Struct, frozen=True):
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


class Known(msgspec.Struct, frozen=True):
    """The images that a stored pod names, each as it is written."""

    found: AbstractSet[str] = frozenset()
    """Where Kubernetes has them run."""
    unexpected: AbstractSet[str] = frozenset()
    """Elsewhere: nobody runs those, and moved to where they would be run they are new."""


NOTHING_KNOWN = Known()


def images_of(pod: Pod, aliases: Mapping[str, str], *, known: Known = NOTHING_KNOWN) -> tuple[Image, ...]:
    """Return the distinct images of a pod, without those that are *known*.

    They come in the order in which the pod names them. Beyond `MAX_IMAGES` one more, before all others,
    stands for the rest, and cannot pass.
    """
    new = [one for one in pod.found if one[1] not in known.found] if known.found else pod.found
    elsewhere = [one for one in pod.unexpected if one[1] not in known.found and one[1] not in known.unexpected]
    unexpected = [_unexpected(*one) for one in elsewhere]
    names = {place.name for place, _ in pod.found if place.what != "volume"}
    return (*_bounded(_distinct(new, pod.annotations, aliases, names=names)), *unexpected[:MAX_IMAGES])


def known_images(pod: Pod) -> Known:
    """Return every image that a pod names."""
    return Known(frozenset(text for _, text in pod.found), frozenset(text for _, text in pod.unexpected))


def _distinct(
    found: Sequence[Found], annotations: Mapping[str, str], aliases: Mapping[str, str], *, names: AbstractSet[str]
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
        reference = _reference(text)
    except InvalidReference as error:
        return Malformed(Reason.INVALID_REFERENCE, str(error))
    registry = aliases.get(reference.registry)
    return reference if registry is None else msgspec.structs.replace(reference, registry=registry)


@lru_cache(maxsize=KEPT_REFERENCES)
def _reference(text: str) -> ImageReference:
    """Parse a reference, or know it again: pods of one image come again and again. What is none is not kept."""
    return parse_reference(text, {})


def _unexpected(place: Place, text: str) -> Image:
    """Stand in for an image in a place that is not known here; it cannot pass."""
    detail = f"{printable(place.field)} is not a place where Kubernetes names an image"
    return Image(text, (place,), Malformed(Reason.UNEXPECTED_IMAGE_FIELD, detail))


def _bounded(images: tuple[Image, ...]) -> tuple[Image, ...]:
    if len(images) <= MAX_IMAGES:
        return images
    rest = images[MAX_IMAGES:]
    detail = f"the pod names {len(images)} images; at most {MAX_IMAGES} are looked up"
    return (Image("", rest[0].places, Malformed(Reason.TOO_MANY_IMAGES, detail)), *images[:MAX_IMAGES])
