"""What earlier scans of an image found: the registry itself keeps only the newest few.

One document maps digests to scans, the newest first, each a row of its id, the time at which it finished, and its
six counts from `critical` to `undefined`:

    {"sha256:…": [["che…", "2026-06-27T13:00:38.645Z", 0, 2, 39, 63, 0, 36]]}

It says nothing of which scan counts. That is the lookup table's, and of this document a gate that only looks scans
up never reads a byte.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from webhook.core.evidence import SEVERITIES, Counts
from webhook.core.images import Digest, parse_digest
from webhook.core.lookup import ScanId, parse_scan_id
from webhook.core.printable import printable
from webhook.core.times import parse_time, render_time
from webhook.errors import Invalid, InvalidDocument

SUFFIX = ".history"
"""Ends the name of a file with such a document. A folder of the lookup table may hold it: no table is read from it."""


@dataclass(frozen=True, slots=True)
class EarlierScan:
    """A finished scan, and what it found."""

    scan_id: ScanId
    scanned_at: datetime
    counts: Counts


History = tuple[EarlierScan, ...]
"""The scans of one image, the newest first."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is remembered of each image."""

    scans: int = 6
    age: timedelta = timedelta(days=30)


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """A scan as it is written."""

    scan_id: str
    scanned_at: str
    critical: int
    high: int
    medium: int
    low: int
    negligible: int
    undefined: int


_ROWS = msgspec.json.Decoder(dict[str, tuple[_Row, ...]])


def remember(history: History, scan: EarlierScan | None, bounds: Bounds, *, now: datetime) -> History:
    """Return *history* with *scan* in it, and without what is out of *bounds*.

    Of scans in a row that found the same, only the first and the last are kept: they say since when and until when.
    """
    known = {one.scan_id: one for one in history} | ({} if scan is None else {scan.scan_id: scan})
    ordered = sorted(known.values(), key=lambda one: (one.scanned_at, one.scan_id), reverse=True)
    young = [one for one in ordered if one.scanned_at >= now - bounds.age]
    return tuple(_thinned(young)[: bounds.scans])


def render_history(scans: Mapping[Digest, History]) -> str:
    """Write a document, one image a line, in the order of the digests."""
    lines = [f'"{digest}":{_rendered(scans[digest])}' for digest in sorted(scans) if scans[digest]]
    return "{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n"


def parse_history(text: str | bytes, source: str) -> Mapping[Digest, History]:
    """Return what a document says that is called *source* in messages.

    Raises:
        InvalidDocument: it is not such a document.
    """
    try:
        rows = _ROWS.decode(text)
        return {parse_digest(digest): tuple(map(_scan, scans)) for digest, scans in rows.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, Invalid) as error:
        raise InvalidDocument(f"{source}: {printable(str(error), limit=200)}") from error


def _thinned(scans: list[EarlierScan]) -> list[EarlierScan]:
    def between(place: int) -> bool:
        around = scans[max(0, place - 1) : place + 2]
        return len(around) == 3 and all(one.counts == scans[place].counts for one in around)  # noqa: PLR2004 - itself and two

    return [scan for place, scan in enumerate(scans) if not between(place)]


def _rendered(history: History) -> str:
    rows = [
        [scan.scan_id, render_time(scan.scanned_at), *(getattr(scan.counts, name) for name in SEVERITIES)]
        for scan in history
    ]
    return msgspec.json.encode(rows).decode()


def _scan(row: _Row) -> EarlierScan:
    counts = Counts(**{name: getattr(row, name) for name in SEVERITIES})
    if min(getattr(counts, name) for name in SEVERITIES) < 0:
        raise Invalid(f"scan {row.scan_id} has a count below zero")
    return EarlierScan(parse_scan_id(row.scan_id), parse_time(row.scanned_at), counts)
