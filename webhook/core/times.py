"""Times and durations as the APIs write them: RFC 3339, and Go's durations."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Annotated

import msgspec

from webhook.core.printable import printable
from webhook.errors import Invalid

_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(h|ms|m|s)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)

Duration = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^([0-9]{1,9}(\.[0-9]{1,9})?(h|ms|m|s))+$(?!\n)", description="a duration such as 10s, 1m30s or 720h"
    ),
]
"""A field of a file that `parse_duration` understands."""


def parse_time(text: str) -> datetime:
    """Return an RFC 3339 time in UTC, cut to microseconds; a leap second counts as the one before it.

    Raises:
        Invalid: *text* is not such a time.
    """
    match = _TIME.fullmatch(text)
    if match is None:
        raise Invalid(f"'{printable(text, limit=60)}' is not an RFC 3339 time")
    *date, fraction, sign, hours, minutes = match.groups()
    year, month, day, hour, minute, second = map(int, date)
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    microsecond = int((fraction or "").ljust(6, "0")[:6])
    second = 59 if second == 60 else second
    try:
        return datetime(year, month, day, hour, minute, second, microsecond, timezone(offset)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid(f"'{text}' is not a time: {error}") from error


def render_time(at: datetime) -> str:
    """Write a time in UTC as RFC 3339 with milliseconds."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def render_micro_time(at: datetime) -> str:
    """Write a time in UTC with microseconds: a `MicroTime` of the Kubernetes API."""
    return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def parse_duration(text: str) -> float:
    """Return the seconds of a Go duration such as `10s`, `1m30s`, `720h` or `500ms`.

    That is how Kubernetes writes durations, in its objects and in the `timeout` parameter of a webhook call.

    Raises:
        Invalid: *text* is not such a duration.
    """
    if _DURATION.fullmatch(text) is None:
        raise Invalid(f"'{printable(text, limit=60)}' is not a duration such as 10s, 1m30s or 720h")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def clock_error(date: str | None, now: datetime) -> float | None:
    """Return by how many seconds *now* is ahead of the `Date` header of an answer; negative where it is behind.

    None where there is no such header, or it is no date (RFC 9110, section 5.6.7).
    """
    try:
        return (now - parsedate_to_datetime(date or "")).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
