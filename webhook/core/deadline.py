"""The moment by which an answer must be given, counted on a clock that never jumps."""

from collections.abc import Callable

import msgspec

Monotonic = Callable[[], float]
"""Seconds since some fixed moment, as `time.monotonic` counts them."""

MARGIN_SECONDS = 1.5
"""What the API server needs of its own timeout: for the way there and back, and for a busy moment here."""


WAITED = "scangate.waited"
"""Under this key of a WSGI environment a server says for how many seconds a request, all of it here, has waited."""


class Deadline(msgspec.Struct, frozen=True):
    """A moment on a monotonic clock, and the clock."""

    at: float
    clock: Monotonic

    def remaining(self) -> float:
        """Return the seconds that are left, never below zero."""
        return max(0.0, self.at - self.clock())


def review_deadline(timeout: float, clock: Monotonic, waited: float = 0.0) -> Deadline:
    """Return the deadline of a review that the API server waits *timeout* seconds for, and *waited* for already.

    It lies `MARGIN_SECONDS` below, and never below half of a short timeout.
    """
    return Deadline(clock() - waited + max(timeout - MARGIN_SECONDS, timeout / 2), clock)
