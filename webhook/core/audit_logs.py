"""Audit logs: lines of which some are records, as collectors keep them; read one by one, whatever is between them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from webhook.core.record_schema import AuditRecord, decode_record
from webhook.core.times import parse_duration, parse_time
from webhook.errors import Invalid, InvalidRecord

T = TypeVar("T")

BEGINNING = b'{"apiVersion"'
"""How the gate writes a record; before it may stand what a collector puts there."""

KIND = b"AdmissionRecord"

SHOWN = 10
"""Unreadable lines that are shown; all are counted."""


class LogLine(NamedTuple):
    """A line, and where it stands."""

    source: str
    number: int
    content: bytes
    trouble: str | None = None
    """Why the line could not be had, in place of its content."""


class Unreadable(NamedTuple):
    """A line that should be a record and is not, and why."""

    source: str
    number: int
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time, with its begin and without its end."""

    since: datetime | None = None
    until: datetime | None = None

    def __contains__(self, at: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the moment that people mean: an RFC 3339 time, or how long ago it was, such as `24h`.

    Raises:
        Invalid: it is neither.
    """
    try:
        return parse_time(text)
    except Invalid:
        pass
    try:
        return now - timedelta(seconds=parse_duration(text))
    except (Invalid, OverflowError) as error:
        raise Invalid(f"'{text}' is neither a time such as 2026-11-24T12:00:00Z nor a duration such as 24h") from error


def record_in(line: bytes) -> bytes | None:
    """Return what stands for a record in a line of a log; None where the line is something else."""
    start = line.find(BEGINNING)
    if start < 0:
        start = line.find(b"{")
    return line[start:] if start >= 0 and KIND in line else None


@dataclass(slots=True)
class Reading:
    """One pass through a log, and what was found on the way."""

    span: Span = Span()
    lines: int = 0
    records: int = 0
    """Records within the span."""
    outside: int = 0
    """Records outside of it."""
    foreign: int = 0
    """Lines that are something else."""
    unreadable: int = 0
    first_unreadable: list[Unreadable] = field(default_factory=list)
    first: datetime | None = None
    last: datetime | None = None

    def each(self, lines: Iterable[LogLine], build: Callable[[AuditRecord], T]) -> Iterator[T]:
        """Yield what *build* makes of each record within the span; where it raises InvalidRecord, go on."""
        for line in lines:
            self.lines += 1
            try:
                record = self._record(line)
                if record is not None:
                    yield build(record)
            except InvalidRecord as error:
                self.unreadable += 1
                if len(self.first_unreadable) < SHOWN:
                    self.first_unreadable.append(Unreadable(line.source, line.number, str(error)))

    def _record(self, line: LogLine) -> AuditRecord | None:
        if line.trouble is not None:
            raise InvalidRecord(line.trouble)
        text = record_in(line.content)
        if text is None:
            self.foreign += 1
            return None
        record = decode_record(text)
        if record.time not in self.span:
            self.outside += 1
            return None
        self.records += 1
        self.first = record.time if self.first is None else min(self.first, record.time)
        self.last = record.time if self.last is None else max(self.last, record.time)
        return record
