"""Logs, read line by line: records are told from everything else, and nothing ends the reading."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders import NOW
from tests.records import line_for
from webhook.core.audit_logs import SHOWN, LogLine, Reading, Span, parse_moment, record_in
from webhook.core.reasons import Reason
from webhook.errors import Invalid, InvalidRecord

LINE = line_for(Reason.STALE).rstrip()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"[pod/scangate-7d9f/gate] ",
        b"2026-11-24T12:00:00.123456789Z ",
        b"2026-11-24T12:00:00.123456789Z stdout F ",
        b'{app="scangate"} ',
        b"scangate-7d9f gate | ",
    ],
)
def test_record_is_found_behind_what_a_collector_writes(before: bytes) -> None:
    """Names of pods and times in front of a record are left out."""
    assert record_in(before + LINE + b"\n") == LINE + b"\n"


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"plain text", b'{"level":"info","message":"listening"}', b"AdmissionRecord"]
)
def test_line_that_is_something_else(line: bytes) -> None:
    """It is told from a record without being read."""
    assert record_in(line) is None


def lines(*contents: bytes) -> list[LogLine]:
    """Return the lines of a log."""
    return [LogLine("audit.log", number, content) for number, content in enumerate(contents, 1)]


def test_reading_counts_what_it_comes_across() -> None:
    """Records, other lines and unreadable ones each have their number; the unreadable ones say where they are."""
    reading = Reading()
    log = [*lines(LINE, b"plain", LINE[:-5], LINE), LogLine("audit.log", 5, b"", "it breaks off")]
    assert len(list(reading.each(log, lambda record: record))) == 2
    assert (reading.lines, reading.records, reading.foreign, reading.unreadable) == (5, 2, 1, 2)
    assert [(one.source, one.number) for one in reading.first_unreadable] == [("audit.log", 3), ("audit.log", 5)]
    assert reading.first_unreadable[1].why == "it breaks off"
    assert reading.first == reading.last == NOW


def test_record_that_cannot_be_used_is_unreadable_too() -> None:
    """Whoever uses the records may find that one contradicts itself."""

    def refuse(_record: object) -> None:
        raise InvalidRecord("no")

    reading = Reading()
    assert list(reading.each(lines(*[LINE] * (SHOWN + 5)), refuse)) == []
    assert (reading.unreadable, len(reading.first_unreadable)) == (SHOWN + 5, SHOWN)


@pytest.mark.parametrize(
    ("span", "number"),
    [
        (Span(), 1),
        (Span(since=NOW), 1),
        (Span(since=NOW + timedelta(milliseconds=1)), 0),
        (Span(until=NOW), 0),
        (Span(until=NOW + timedelta(milliseconds=1)), 1),
    ],
)
def test_span(span: Span, number: int) -> None:
    """Its begin belongs to it, and its end does not; what is outside is counted."""
    reading = Reading(span)
    assert len(list(reading.each(lines(LINE), lambda record: record))) == number
    assert (reading.records, reading.outside) == (number, 1 - number)


def test_moments() -> None:
    """A time is itself, and a duration is that long ago."""
    assert parse_moment("2026-11-24T13:00:00+01:00", NOW) == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert parse_moment("36h", NOW) == NOW - timedelta(hours=36)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-11-24", "999999999h"])
def test_moment_that_is_none(text: str) -> None:
    """The message says what would be one."""
    with pytest.raises(Invalid, match="24h"):
        parse_moment(text, NOW)
