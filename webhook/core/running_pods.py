"""Pods that run: which images their nodes hold, whose they are, and whether there is anything to judge.

A pod names images as somebody wrote them. Its status names what the node has pulled, by the digest that the
kubelet reports. That is what runs, so that is what is judged.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from webhook.core.cluster_audit import Owner
from webhook.core.images import ImageReference, parse_reference
from webhook.core.matching import Workload
from webhook.core.pod_document import parse_pod as parse_template
from webhook.core.pods import Image, images_of
from webhook.core.printable import printable
from webhook.core.workloads import POD
from webhook.errors import InvalidReference, InvalidReview

FINISHED = frozenset({"Succeeded", "Failed"})
"""Phases in which no container of a pod runs, nor ever will again."""

PULLABLE = "docker-pullable://"
"""What dockershim wrote before a reference by digest."""

NODE = ("v1", "Node")
"""Stands as the controller of static pods, and is no workload: those stand for themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningPod:
    """A pod that holds images on a node, or will in a moment."""

    name: str
    owner: Owner
    """Its controller, or else the pod itself."""
    workload: Workload
    images: tuple[Image, ...]
    """By the digests that the kubelet reports, where it does."""


class OwnerReference(msgspec.Struct, frozen=True, rename="camel"):
    """Who made an object, one of several."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool | None = None


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    namespace: str
    uid: str
    owner_references: tuple[OwnerReference, ...] | None = None


class _ImageStatus(msgspec.Struct, frozen=True, rename="camel"):
    image_ref: str | None = None


class _VolumeStatus(msgspec.Struct, frozen=True):
    image: _ImageStatus | None = None


class _Mount(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    volume_status: _VolumeStatus | None = None


class _ContainerStatus(msgspec.Struct, frozen=True, rename="camel"):
    name: str = ""
    image_id: str | None = msgspec.field(name="imageID", default=None)
    volume_mounts: tuple[_Mount, ...] | None = None


_Statuses = tuple[_ContainerStatus, ...] | None


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    phase: str | None = None
    container_statuses: _Statuses = None
    init_container_statuses: _Statuses = None
    ephemeral_container_statuses: _Statuses = None


class _Pod(msgspec.Struct, frozen=True):
    metadata: _Metadata
    status: _Status = _Status()


_DECODER = msgspec.json.Decoder(_Pod)

Reported = Mapping[tuple[str, str], str]
"""What the kubelet reports, by what a place is and its name."""


def parse_pod(document: msgspec.Raw, aliases: Mapping[str, str]) -> RunningPod | None:
    """Return a pod with what it runs; None where it has finished.

    *aliases* says which registry hosts are one.

    Raises:
        InvalidReview: it cannot be understood.
    """
    try:
        pod = _DECODER.decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the pod cannot be read: {printable(str(error))}") from error
    if pod.status.phase in FINISHED:
        return None
    metadata, written = pod.metadata, parse_template(document)
    itself = Owner(api_version="v1", kind="Pod", namespace=metadata.namespace, name=metadata.name, uid=metadata.uid)
    return RunningPod(
        name=metadata.name,
        owner=controller_of(metadata.owner_references or (), metadata.namespace) or itself,
        workload=Workload(namespace=metadata.namespace, kind=POD, service_account=written.service_account),
        images=tuple(_running(images_of(written, aliases), dict(_reported(pod.status)), aliases)),
    )


def controller_of(references: Sequence[OwnerReference], namespace: str) -> Owner | None:
    """Return the one that controls an object of *namespace*; None where nobody does, or a node."""
    found = next((one for one in references if one.controller), None)
    if found is None or (found.api_version, found.kind) == NODE:
        return None
    return Owner(api_version=found.api_version, kind=found.kind, namespace=namespace, name=found.name, uid=found.uid)


def joined(images: Iterable[Image]) -> tuple[Image, ...]:
    """Return distinct images once each, with all places that name them."""
    found: dict[tuple[str, str | None], Image] = {}
    for image in images:
        known = found.setdefault((image.text, image.annotation), image)
        new = tuple(place for place in image.places if place not in known.places)
        if known is not image and new:
            found[image.text, image.annotation] = replace(known, places=(*known.places, *new))
    return tuple(found.values())


def _reported(status: _Status) -> Iterator[tuple[tuple[str, str], str]]:
    lists = (
        ("container", status.container_statuses),
        ("init container", status.init_container_statuses),
        ("ephemeral container", status.ephemeral_container_statuses),
    )
    for what, statuses in lists:
        for one in statuses or ():
            if one.image_id:
                yield (what, one.name), one.image_id
            yield from _mounted(one)


def _mounted(status: _ContainerStatus) -> Iterator[tuple[tuple[str, str], str]]:
    for mount in status.volume_mounts or ():
        image = None if mount.volume_status is None else mount.volume_status.image
        if image is not None and image.image_ref:
            yield ("volume", mount.name), image.image_ref


def _running(images: Iterable[Image], reported: Reported, aliases: Mapping[str, str]) -> Iterator[Image]:
    """Yield the images that run: places that name an image alike may run different ones."""
    yield from joined(
        _pinned(replace(image, places=(place,)), reported.get((place.what, place.name), ""), aliases)
        for image in images
        for place in image.places
    )


def _pinned(image: Image, reported: str, aliases: Mapping[str, str]) -> Image:
    """Return an image by the digest that is reported of it.

    The repository stays the one that is written: a node knows what has the same content in several repositories by
    one of their names. So does a digest that is written, where another repository's is reported: there, that of the
    same content may be another one.
    """
    written, running = image.known_reference, _by_digest(reported, aliases)
    if written is None or running is None or written.digest == running.digest:
        return image
    same = (written.registry, written.repository) == (running.registry, running.repository)
    if written.digest is not None and not same:
        return image
    text = f"{image.text.partition('@')[0]}@{running.digest}"
    return replace(image, text=text, reference=replace(written, digest=running.digest))


def _by_digest(reported: str, aliases: Mapping[str, str]) -> ImageReference | None:
    """Return a reported reference; None for the bare id of a configuration, which is no digest of a manifest."""
    try:
        reference = parse_reference(reported.removeprefix(PULLABLE), aliases)
    except InvalidReference:
        return None
    return reference if reference.digest is not None else None
