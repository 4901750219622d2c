"""Times as the registry writes them, and as a world file may: RFC 3339, or an age such as `2h ago`."""

import re
from datetime import UTC, datetime, timedelta

_AGE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?) ?(s|m|h|d)[a-z]*(?: ago)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)", re.ASCII)

RIGHT = "an RFC 3339 time such as 2026-11-20T10:00:00Z, or an age such as '90s ago', '5m ago', '2h ago', '60d ago'"


def parse_moment(text: str, now: datetime) -> datetime:
    """Return the time that *text* names, counting an age back from *now*.

    Raises:
        ValueError: it names none.
    """
    age = _AGE.fullmatch(text)
    try:
        if age:
            return now - timedelta(seconds=float(age[1]) * _SECONDS[age[2]])
        if _TIME.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"is no time: {error}") from error
    raise ValueError(f"must be {RIGHT}")


def render_moment(at: datetime) -> str:
    """Write a time as the registry does: RFC 3339 in UTC, with milliseconds where there are any."""
    precision = "milliseconds" if at.microsecond // 1000 else "seconds"
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision)}Z"
