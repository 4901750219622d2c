"""Audit records as they stand in a log, read strictly: what is there must be right, what is new is left out.

Fields are only ever added, so that a record may lack those that are younger than it.
"""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from webhook.core.lookup import Source
from webhook.core.printable import printable
from webhook.core.reasons import Reason
from webhook.errors import InvalidRecord

Id = Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9]{1,50}\Z")]
DigestText = Annotated[str, msgspec.Meta(pattern=r"\A(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})\Z")]
Time = Annotated[datetime, msgspec.Meta(tz=True)]
Number = Annotated[int, msgspec.Meta(ge=0)]


class CountsRecord(msgspec.Struct, frozen=True):
    """Vulnerabilities by severity. Each must be there: one that is left out is not zero."""

    critical: Number
    high: Number
    medium: Number
    low: Number
    negligible: Number
    undefined: Number


class VulnerabilityRecord(msgspec.Struct, frozen=True, rename="camel"):
    """One finding of a scan."""

    id: str
    severity: Literal["critical", "high", "medium", "low", "negligible", "undefined"]
    package: str
    fixed_by: str | None


class EarlierRecord(msgspec.Struct, frozen=True, rename="camel"):
    """An earlier scan of an image."""

    scan_result_id: Id
    scanned_at: Time | None
    counts: CountsRecord | None


class ScanRecord(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What is known about one manifest."""

    scan_result_id: Id | None
    source: Source | None
    image_id: Id | None
    status: str | None
    scanned_at: Time | None
    counts: CountsRecord | None
    cached: bool
    vulnerabilities: tuple[VulnerabilityRecord, ...] | None = None
    vulnerabilities_listed: int | None = None
    unlisted: str | None = None
    earlier_scans: tuple[EarlierRecord, ...] | None = None
    gap: Reason | None | UnsetType = UNSET
    gap_detail: str | None = None


class PlatformRecord(ScanRecord, frozen=True, rename="camel", kw_only=True):
    """One platform of an image index."""

    platform: str
    digest: DigestText


class ImageRecord(ScanRecord, frozen=True, rename="camel", kw_only=True):
    """What was found about one image."""

    containers: tuple[str, ...]
    reference: str
    digest: DigestText | None
    registry: str | None | UnsetType = UNSET
    platforms: tuple[PlatformRecord, ...]
    rule: str
    mode: str
    decision: Literal["allow", "warn", "deny"]
    reason: str
    message: str


class RequestRecord(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Who wanted to do what."""

    uid: str
    user: str
    operation: str
    group: str
    kind: str
    namespace: str
    name: str
    dry_run: bool = False
    service_account: str | None = None


class AuditRecord(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One decision."""

    api_version: Literal["scangate.dev/v1"]
    kind: Literal["AdmissionRecord"]
    time: Time
    request: RequestRecord | None
    decision: Literal["allow", "warn", "deny", "error"]
    allowed: bool
    reason: str
    policy: str | None = None
    namespace_labels: dict[str, str] | None = None
    images: tuple[ImageRecord, ...]


_DECODER = msgspec.json.Decoder(AuditRecord)

_HALF = b"\\ud"
"""How half of a character begins in a line that the gate wrote."""


def decode_record(text: bytes) -> AuditRecord:
    """Return the record that *text* is.

    Raises:
        InvalidRecord: it is not a whole record, or of a version that is not known here.
    """
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        if _HALF in text:
            return _decoded_with_halves(text)
        raise InvalidRecord(f"not an audit record: {printable(str(error), limit=200)}") from error


def _decoded_with_halves(text: bytes) -> AuditRecord:
    """Decode a record in which a stranger has put half of a character: JSON can write that, UTF-8 cannot."""
    try:
        content: Any = json.loads(text)
        return msgspec.convert(content, AuditRecord)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord(f"not an audit record: {printable(str(error), limit=200)}") from error
