"""Times and durations, as people write them."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def duration(written: str) -> timedelta:
    """Return a duration such as `1m30s`."""
    parts = re.findall(r"([0-9.]+)(ms|h|m|s)", written)
    return timedelta(seconds=sum(float(number) * _UNITS[unit] for number, unit in parts))


def end_of(written: Any) -> datetime:
    """Return when something ends: after its last day, in UTC, or at a time."""
    text = str(written)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return datetime.combine(datetime.fromisoformat(text), time(), UTC) + timedelta(days=1)
    return datetime.fromisoformat(text)
