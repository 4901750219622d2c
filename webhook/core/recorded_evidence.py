"""What was known about an image, from its audit record. What the record does not say is not made up."""

from typing import get_args

from msgspec import UNSET, UnsetType

from webhook.core.evidence import (
    SEVERITIES,
    Child,
    Counts,
    Evidence,
    Gap,
    Indexed,
    Listed,
    NotAsked,
    Scan,
    Scanned,
    Severity,
    Single,
    Status,
    Unlisted,
    Unusable,
    Vulnerability,
)
from webhook.core.evidence_records import MAX_EARLIER
from webhook.core.images import Digest
from webhook.core.lookup import ImageId, ScanId
from webhook.core.reasons import Reason
from webhook.core.record_schema import CountsRecord, ImageRecord, ScanRecord
from webhook.errors import InvalidRecord

GAPS: frozenset[Reason] = frozenset(get_args(Gap))
OF_A_SCAN = frozenset(
    {Reason.WITHIN_LIMITS, Reason.RESOLVED_TAG, Reason.OVER_LIMITS, Reason.STALE, Reason.FUTURE, Reason.UNCOUNTED}
)
"""The reasons that only a finished scan has."""


def parse_evidence(written: ImageRecord) -> Evidence | None:
    """Return what was known about an image; None where its record is too old to say.

    Raises:
        InvalidRecord: the record contradicts itself.
    """
    if not written.platforms:
        return _without_platforms(written)
    children = tuple(
        Child(one.platform, Digest(one.digest), single)
        for one in written.platforms
        if (single := _single(one, one.digest, one.gap)) is not None
    )
    if written.digest is None or len(children) < len(written.platforms):
        return None
    return Indexed(digest=Digest(written.digest), children=children)


def _without_platforms(written: ImageRecord) -> Evidence | None:
    gap = written.gap
    if isinstance(gap, UnsetType):
        gap = _gap_of_old(written)
    elif gap is None and written.scan_result_id is None:
        return NotAsked()
    return _single(written, written.digest, gap)


def _gap_of_old(written: ImageRecord) -> Reason | None | UnsetType:
    """Take the reason for the gap, in a record that is older than that field."""
    try:
        reason = Reason(written.reason)
    except ValueError:
        return UNSET
    if reason in GAPS:
        return reason
    return None if reason in OF_A_SCAN else UNSET


def _single(written: ScanRecord, digest: str | None, gap: Reason | None | UnsetType) -> Single | None:
    """Return what is known about one manifest; None where the record is too old to say."""
    scan = _scan(written)
    match gap:
        case UnsetType():
            return None
        case None:
            return _scanned(written, scan, digest)
        case _:
            detail = written.gap_detail or (written.message if isinstance(written, ImageRecord) else "")
            return Unusable(
                gap=_checked(gap),
                detail=detail,
                scan_id=None if written.scan_result_id is None else ScanId(written.scan_result_id),
                source=written.source,
                scan=scan,
            )


def _checked(gap: Reason) -> Gap:
    if gap not in GAPS:
        raise InvalidRecord(f"not an audit record: {gap} is no reason for which there is no scan")
    return gap  # type: ignore[return-value]  # GAPS is all of Gap


def _scanned(written: ScanRecord, scan: Scan | None, digest: str | None) -> Scanned:
    if scan is None or scan.scanned_at is None or written.source is None or digest is None:
        raise InvalidRecord("not an audit record: an image was judged by a scan, and the scan is not there")
    return Scanned(
        scan=scan,
        scanned_at=scan.scanned_at,
        digest=Digest(digest),
        source=written.source,
        listing=_listing(written),
        earlier=_earlier(written),
    )


def _scan(written: ScanRecord) -> Scan | None:
    if written.scan_result_id is None or written.status is None:
        return None
    return Scan(
        id=ScanId(written.scan_result_id),
        image_id=_image_id(written),
        status=written.status,
        scanned_at=written.scanned_at,
        counts=_counts(written.counts),
        cached=written.cached,
    )


def _counts(written: CountsRecord | None) -> Counts | None:
    return None if written is None else Counts(**{name: getattr(written, name) for name in SEVERITIES})


def _listing(written: ScanRecord) -> Listed | Unlisted | None:
    """Return the findings; a list that was cut off is as good as none."""
    if written.unlisted is not None:
        return Unlisted(written.unlisted)
    listed = written.vulnerabilities
    if listed is None or len(listed) != written.vulnerabilities_listed:
        return None
    return Listed(
        tuple(
            Vulnerability(id=one.id, severity=Severity(one.severity), package=one.package, fixed_by=one.fixed_by)
            for one in listed
        )
    )


def _earlier(written: ScanRecord) -> tuple[Scan, ...] | None:
    """Return the earlier scans; as many as a record can hold may not have been all."""
    if written.earlier_scans is None or len(written.earlier_scans) >= MAX_EARLIER:
        return None
    return tuple(
        Scan(
            id=ScanId(one.scan_result_id),
            image_id=_image_id(written),
            status=Status.READY,
            scanned_at=one.scanned_at,
            counts=_counts(one.counts),
        )
        for one in written.earlier_scans
    )


def _image_id(written: ScanRecord) -> ImageId | None:
    return None if written.image_id is None else ImageId(written.image_id)
