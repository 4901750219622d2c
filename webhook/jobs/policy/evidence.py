"""The evidence of a case: a registry that knows one image, asked in the way of a running gate."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, get_args

from webhook.core.deadline import Deadline
from webhook.core.evidence import Counts, Evidence, Gap, RegistryImage, Scan, Severity, Unusable, Vulnerability
from webhook.core.images import Digest, ImageReference
from webhook.core.lookup import Hint, ImageId, ScanId, Source
from webhook.core.policy import Ruling
from webhook.core.reasons import Reason
from webhook.core.registry import Children
from webhook.core.table import Table
from webhook.core.times import parse_duration, parse_time
from webhook.core.vulnerabilities import tally
from webhook.errors import Invalid, NotFound, Unavailable
from webhook.inquiry import Inquiry, Scope
from webhook.jobs.policy.cases import Case, CountsText, EarlierText, ScanText

SCAN = ScanId("given")
IMAGE = ImageId("image")
RESOLVED = Digest(f"sha256:{'0' * 64}")
"""What every tag names in a case."""

_GAPS: Mapping[str, Gap] = {gap.value: gap for gap in get_args(Gap)}

ALWAYS = Deadline(1.0, lambda: 0.0)
"""Nothing here takes time."""


def evidence_of(case: Case, ruling: Ruling) -> Evidence:
    """Return what a gate would know about the image of *case*, as far as *ruling* has a use for it.

    Raises:
        Invalid: an age or a time of the case is none.
    """
    digest = _digest(case)
    scan = None if case.text.scan is None else _scan(case.text.scan, SCAN, case.now)
    hints = {} if scan is None else {digest: Hint(Source.TABLE, SCAN)}
    registry = _OneImage(case, scan, digest)
    scope = Scope(sources=(Source.TABLE, Source.REGISTRY))
    inquiry = Inquiry(registry=registry, table=Table(hints), scope=scope, deadline=ALWAYS)
    return _without(case, inquiry.evidence(case.image, ruling))


def _without(case: Case, found: Evidence) -> Evidence:
    """Give the reason of the case where nothing is known; what its own name gives goes before that."""
    unknown = isinstance(found, Unusable) and found.gap is Reason.MISSING
    return (
        Unusable(gap=_GAPS[case.text.no_scan], detail="as the case has it") if unknown and case.text.no_scan else found
    )


def _digest(case: Case) -> Digest:
    reference = case.image.reference
    return (isinstance(reference, ImageReference) and reference.digest) or RESOLVED


def _scan(text: ScanText, scan_id: ScanId, now: datetime) -> Scan:
    scanned_at = _before(now, text.age) if text.scanned_at is None else parse_time(text.scanned_at)
    return Scan(id=scan_id, image_id=IMAGE, status=text.status, scanned_at=scanned_at, counts=_counts(text))


def _counts(text: ScanText) -> Counts | None:
    if text.counts is not None:
        return _numbers(text.counts)
    return None if text.vulnerabilities is None else tally(_vulnerabilities(text), distinct=False)


def _numbers(text: CountsText) -> Counts:
    return Counts(**{name: getattr(text, name) for name in text.__struct_fields__})


def _vulnerabilities(text: ScanText) -> tuple[Vulnerability, ...]:
    return tuple(
        Vulnerability(
            id=one.id,
            severity=Severity(one.severity),
            package=one.package,
            version=one.version,
            fixed_by=one.fixed_by,
        )
        for one in text.vulnerabilities or ()
    )


def _earlier(index: int, text: EarlierText, now: datetime) -> Scan:
    name = ScanId(f"earlier{index}")
    counts = _numbers(text.counts)
    return Scan(id=name, image_id=IMAGE, status="READY", scanned_at=_before(now, text.age), counts=counts)


def _before(now: datetime, age: str) -> datetime:
    try:
        return now - timedelta(seconds=parse_duration(age))
    except OverflowError as error:
        raise Invalid(f"'{age}' is longer than time itself") from error


@dataclass(frozen=True, slots=True)
class _OneImage:
    """A registry that knows the image of a case, and nothing else."""

    case: Case
    known: Scan | None
    digest: Digest

    def scan(self, scan_id: ScanId, deadline: Deadline) -> Scan:
        return self.known or _nothing()

    def latest(self, image_id: ImageId, deadline: Deadline) -> Scan:
        return self.known or _nothing()

    def start(self, image_id: ImageId, deadline: Deadline) -> None:
        """Nobody scans here."""

    def vulnerabilities(self, scan_id: ScanId, deadline: Deadline) -> tuple[Vulnerability, ...]:
        text = self.case.text.scan
        if text is None or text.vulnerabilities is None:
            raise Unavailable("the case lists no vulnerabilities")
        return _vulnerabilities(text)

    def history(self, image_id: ImageId, deadline: Deadline) -> tuple[Scan, ...]:
        earlier = () if self.case.text.scan is None else self.case.text.scan.earlier
        return tuple(_earlier(index, text, self.case.now) for index, text in enumerate(earlier))

    def image(self, image_id: ImageId, deadline: Deadline) -> RegistryImage:
        return RegistryImage(id=IMAGE, name="", digest=self.digest)

    def find(self, repository: str, digest: Digest, deadline: Deadline) -> RegistryImage:
        return _nothing()

    def pin(self, reference: ImageReference, deadline: Deadline) -> Digest:
        return RESOLVED

    def children(self, reference: ImageReference, digest: Digest, deadline: Deadline) -> Children | None:
        return None


def _nothing() -> NoReturn:
    raise NotFound("the case has no scan")
