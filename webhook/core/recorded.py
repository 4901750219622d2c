"""Audit records, read back: from a line of a log to what the decision was made of.

What a record does not say is not made up: evidence is None where it cannot be told.
"""

from dataclasses import dataclass
from functools import lru_cache

from msgspec import UnsetType, structs

from webhook.core.evidence import Evidence, NotAsked, Unusable
from webhook.core.images import YANDEX_REGISTRY_ALIASES, ImageReference, parse_reference
from webhook.core.matching import Workload
from webhook.core.pod_document import Place
from webhook.core.pods import Image, Malformed
from webhook.core.reasons import Reason
from webhook.core.record_schema import AuditRecord, ImageRecord, RequestRecord, decode_record
from webhook.core.recorded_evidence import parse_evidence
from webhook.core.records import MAX_TEXT
from webhook.core.workloads import Kind
from webhook.errors import InvalidRecord, InvalidReference

REMEMBERED = 10_000
"""References that are not parsed again, and workloads; a cluster has fewer images and service accounts."""


@dataclass(frozen=True, slots=True)
class RecordedImage:
    """An image that was judged, and what was known about it."""

    image: Image
    evidence: Evidence | None
    """None where the record does not say."""
    written: ImageRecord


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision that can be made again; one that was no verdict has no images."""

    record: AuditRecord
    workload: Workload
    account_known: bool
    """Whether the record says as whom the pod runs."""
    images: tuple[RecordedImage, ...]


def parse_record(line: bytes) -> Recorded:
    """Return the decision that *line* records.

    Raises:
        InvalidRecord: it is not a record, or one that contradicts itself.
    """
    return recorded(decode_record(line))


def recorded(record: AuditRecord) -> Recorded:
    """Return the decision that a record is about.

    Raises:
        InvalidRecord: the record contradicts itself.
    """
    request = record.request
    if record.images and request is None:
        raise InvalidRecord("not an audit record: images were judged, and no request is named")
    images = tuple(_image(one) for one in record.images)
    known = request is not None and request.service_account is not None
    return Recorded(record, Workload() if request is None else _workload(request), known, images)


def _workload(request: RequestRecord) -> Workload:
    if max(len(request.namespace), len(request.service_account or "")) >= MAX_TEXT:
        raise InvalidRecord("the name of the namespace or of the service account was cut off")
    return _known_workload(request.namespace, request.group, request.kind, request.service_account or "")


@lru_cache(REMEMBERED)
def _known_workload(namespace: str, group: str, kind: str, account: str) -> Workload:
    return Workload(namespace=namespace, kind=Kind(group, kind), service_account=account)


def _image(written: ImageRecord) -> RecordedImage:
    places = tuple(Place("container", name, "") for name in written.containers)
    evidence = parse_evidence(written)
    reference = _reference(written, evidence)
    if isinstance(reference, Malformed) and isinstance(evidence, NotAsked):
        evidence = Unusable(gap=reference.gap, detail=reference.detail)
    return RecordedImage(Image(written.reference, places, reference), evidence, written)


def _reference(written: ImageRecord, evidence: Evidence | None) -> ImageReference | Malformed:
    gap = evidence.gap if isinstance(evidence, Unusable) else None
    if gap is Reason.INVALID_REFERENCE or gap is Reason.UNEXPECTED_IMAGE_FIELD or gap is Reason.TOO_MANY_IMAGES:
        return Malformed(gap, written.gap_detail or written.message)
    if written.registry is None:
        return Malformed(Reason.INVALID_REFERENCE, "it could not be read")
    return _parsed(written.reference, written.registry)


@lru_cache(REMEMBERED)
def _parsed(text: str, registry: str | UnsetType) -> ImageReference | Malformed:
    """Parse a reference; where its *registry* is recorded, no aliases need to be known."""
    try:
        if isinstance(registry, UnsetType):
            return parse_reference(text, YANDEX_REGISTRY_ALIASES)
        return structs.replace(parse_reference(text, {}), registry=registry)
    except InvalidReference as error:
        return Malformed(Reason.INVALID_REFERENCE, str(error))
