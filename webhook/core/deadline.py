"""The moment by which an answer must be given, counted on a clock that never jumps."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from webhook.core.printable import printable
from webhook.errors import Invalid

Monotonic = Callable[[], float]
"""Seconds since some fixed moment, as `time.monotonic` counts them."""

_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(h|ms|m|s)", re.ASCII)
_DURATION = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment on a monotonic clock, and the clock."""

    at: float
    clock: Monotonic

    def remaining(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self.at - self.clock())


def parse_duration(text: str) -> float:
    """Return the seconds of a Go duration such as `10s`, `1m30s`, `720h` or `500ms`.

    That is how Kubernetes writes durations, in its objects and in the `timeout` parameter of a webhook call.

    Raises:
        Invalid: *text* is not such a duration.
    """
    if _DURATION.fullmatch(text) is None:
        raise Invalid(f"'{printable(text)}' is not a duration such as 10s, 1m30s or 720h")
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))
