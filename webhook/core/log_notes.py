"""What every report about a log says: what was read, and how far its counts can be trusted."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from webhook.core.audit_logs import Reading
from webhook.core.columns import columns
from webhook.core.printable import printable
from webhook.core.tallies import Tally
from webhook.core.times import render_time

Key = TypeVar("Key")


def reading_lines(reading: Reading) -> Iterator[str]:
    """Say what was read, and which lines could not be."""
    rows = [
        ("lines", reading.lines),
        ("records", reading.records),
        ("records outside of the span", reading.outside),
        ("something else", reading.foreign),
        ("unreadable", reading.unreadable),
    ]
    yield "Log:"
    yield from columns([(what, number) for what, number in rows if number or what in ("lines", "records")])
    if reading.first is not None and reading.last is not None:
        yield f"  from {render_time(reading.first)} to {render_time(reading.last)}"
    for one in reading.first_unreadable:
        yield f"  {printable(one.source, limit=200)}:{one.number}: {one.why}"


def reading_document(reading: Reading) -> dict[str, Any]:
    """Return the same for a JSON document."""
    return {
        "lines": reading.lines,
        "records": reading.records,
        "first": None if reading.first is None else render_time(reading.first),
        "last": None if reading.last is None else render_time(reading.last),
        "outsideSpan": reading.outside,
        "otherLines": reading.foreign,
        "unreadable": reading.unreadable,
        "firstUnreadable": [
            {"source": printable(one.source), "line": one.number, "why": one.why} for one in reading.first_unreadable
        ],
    }


def rest_lines(tally: Tally[Any], top: int) -> Iterator[str]:
    """Say what a table of the *top* things leaves out."""
    rest = tally.rest(top)
    if rest:
        yield f"  and {rest:,} more"
    if tally.error:
        yield f"  More different ones than are counted each: a number may be too low by up to {tally.error:,}."


def tally_document(tally: Tally[Key], top: int, fields: Callable[[Key], dict[str, Any]]) -> dict[str, Any]:
    """Return the *top* things with their counts, for a JSON document."""
    return {
        "top": [{**fields(key), "count": number} for key, number in tally.top(top)],
        "others": tally.rest(top),
        "tooLowByUpTo": tally.error,
    }
