"""Calls over HTTP as a review makes them, with the claim that they end in time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from webhook.adapters.http import HttpClient, Reply
from webhook.core.deadline import Deadline, review_deadline
from webhook.errors import Unavailable

REVIEW_SECONDS = 2.0
"""What the API server gives the review in which a call is made."""


@contextmanager
def in_time() -> Iterator[Deadline]:
    """Give the deadline of a review, and claim that what follows ends before the API server gives up."""
    started = time.monotonic()
    yield review_deadline(REVIEW_SECONDS, time.monotonic)
    assert time.monotonic() - started < REVIEW_SECONDS


def get(url: str, *, client: HttpClient | None = None) -> Reply:
    """Send a GET as a review would."""
    with in_time() as deadline:
        return (client or HttpClient(connections=2)).send("GET", url, headers={}, deadline=deadline)


def refused(url: str, *, client: HttpClient | None = None) -> Unavailable:
    """Send a GET that gets no answer, and return the failure."""
    with in_time() as deadline, pytest.raises(Unavailable) as caught:
        (client or HttpClient(connections=2)).send("GET", url, headers={}, deadline=deadline)
    return caught.value
