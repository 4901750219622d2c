"""AdmissionReview v1 coming in: which images, if any, a request would bring into the cluster.

Source: `k8s.io/api/admission/v1`, and what a Kubernetes 1.36 API server really sends.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal, assert_never

import msgspec

from webhook.core.matching import Workload
from webhook.core.pod_document import Metadata, parse_pod
from webhook.core.pods import NOTHING_KNOWN, Image, Known, images_of, known_images
from webhook.core.printable import printable
from webhook.core.reasons import Exempt
from webhook.core.workloads import Kind, Path, pod_template
from webhook.errors import InvalidReview


class Operation(StrEnum):
    """What the request does to the object."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    CONNECT = "CONNECT"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Who wants to do what; for the answer and the audit record."""

    uid: str
    operation: Operation
    kind: Kind
    version: str
    subresource: str
    namespace: str
    name: str
    """May end in a dash: a name that the API server is to complete."""
    user: str
    dry_run: bool


class Task(msgspec.Struct, frozen=True):
    """Images to judge, and whose they are."""

    workload: Workload
    images: tuple[Image, ...]


class Review(msgspec.Struct, frozen=True):
    """A request, and the images to judge for it, or why there are none."""

    request: Request
    task: Task | Exempt
    path: Path = ()
    """Where in the object the pod is."""


class _Kind(msgspec.Struct, frozen=True):
    group: str
    version: str
    kind: str


class _User(msgspec.Struct, frozen=True):
    username: str = ""


class _Request(msgspec.Struct, frozen=True, rename="camel"):
    uid: str
    kind: _Kind
    operation: Operation
    name: str | None = None
    namespace: str | None = None
    sub_resource: str | None = None
    dry_run: bool | None = None
    user_info: _User | None = None
    object: msgspec.Raw = msgspec.Raw(b"null")
    old_object: msgspec.Raw = msgspec.Raw(b"null")


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    api_version: Literal["admission.k8s.io/v1"]
    kind: Literal["AdmissionReview"]
    request: _Request


class _Object(msgspec.Struct, frozen=True):
    metadata: Metadata | None = None


_REVIEW = msgspec.json.Decoder(_Review)
_OBJECT = msgspec.json.Decoder(_Object)
_NULL = msgspec.Raw(b"null")

_WITHOUT_IMAGES = frozenset({"scale", "status", "resize", "binding", "eviction"})
"""Subresources whose requests cannot change an image: an API server ignores an image in them."""

MAX_UID_CHARACTERS = 128
"""A uid is a UUID of 36; it is echoed and logged, so a stranger must not choose its length."""


def parse_review(body: bytes, kinds: Mapping[Kind, Path], aliases: Mapping[str, str]) -> Review:
    """Return the request in *body* with the images that it brings in.

    *kinds* says where each kind keeps its pod; *aliases* which registry hosts are one.

    Raises:
        InvalidReview: *body* is not an AdmissionReview v1, or its request cannot be understood.
    """
    try:
        # What is skipped over is not looked at, so that is done here, at next to no cost.
        _ = body.isascii() or body.decode()
        wire = _REVIEW.decode(body).request
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"not an AdmissionReview of admission.k8s.io/v1: {printable(str(error))}") from error
    if not 0 < len(wire.uid) <= MAX_UID_CHARACTERS:
        raise InvalidReview(f"request.uid: must have 1 to {MAX_UID_CHARACTERS} characters, not {len(wire.uid)}")
    kind = Kind(wire.kind.group, wire.kind.kind)
    return Review(_request(wire, kind), _task(wire, kind, kinds, aliases), kinds.get(kind, ()))


def _request(wire: _Request, kind: Kind) -> Request:
    return Request(
        uid=wire.uid,
        operation=wire.operation,
        kind=kind,
        version=wire.kind.version,
        subresource=wire.sub_resource or "",
        namespace=wire.namespace or "",
        name=wire.name or _generated_name(wire),
        user=wire.user_info.username if wire.user_info else "",
        dry_run=bool(wire.dry_run),
    )


def _generated_name(wire: _Request) -> str:
    metadata = _metadata(wire.object)
    return metadata.name or metadata.generate_name or ""


def _task(wire: _Request, kind: Kind, kinds: Mapping[Kind, Path], aliases: Mapping[str, str]) -> Task | Exempt:
    match wire.operation:
        case Operation.DELETE:
            return Exempt.DELETION
        case Operation.CONNECT:
            return Exempt.CONNECTION
        case Operation.CREATE | Operation.UPDATE:
            pass
        case _:
            assert_never(wire.operation)
    if wire.sub_resource in _WITHOUT_IMAGES:
        return Exempt.SUBRESOURCE
    path = kinds.get(kind)
    if path is None:
        return Exempt.KIND
    if _terminating(wire):
        return Exempt.TERMINATING
    return _new_images(wire, kind, path, aliases)


def _terminating(wire: _Request) -> bool:
    """Tell whether the stored object, which alone is believed, was being deleted: its owner must be able to let go."""
    return wire.operation is Operation.UPDATE and _metadata(wire.old_object).deletion_timestamp is not None


def _new_images(wire: _Request, kind: Kind, path: Path, aliases: Mapping[str, str]) -> Task | Exempt:
    if wire.object == _NULL:
        raise InvalidReview(f"request.object: is required for {wire.operation}")
    template = pod_template(wire.object, path)
    if template is None:
        return Exempt.NO_POD_TEMPLATE
    pod = parse_pod(template)
    known = _old_images(wire, path) if wire.operation is Operation.UPDATE else NOTHING_KNOWN
    images = images_of(pod, aliases, known=known)
    if not images:
        return Exempt.NO_NEW_IMAGE
    namespace = wire.namespace or ""
    return Task(Workload(namespace=namespace, kind=kind, service_account=pod.service_account), images)


def _old_images(wire: _Request, path: Path) -> Known:
    """Return the images that the stored object names; none where it cannot be read, so that all are new."""
    try:
        template = pod_template(wire.old_object, path)
        return NOTHING_KNOWN if template is None else known_images(parse_pod(template))
    except InvalidReview:
        return NOTHING_KNOWN


def _metadata(document: msgspec.Raw) -> Metadata:
    """Return the metadata of an object; empty where there is no object or none that can be read."""
    try:
        return _OBJECT.decode(document).metadata or Metadata()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Metadata()
