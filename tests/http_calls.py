"""Calls over HTTP as a review makes them, with the claim that they end in time."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from webhook.adapters.http import HttpClient, Reply
from webhook.core.deadline import Deadline, review_deadline
from webhook.errors import Unavailable

REVIEW_SECONDS = 3.0
"""What the API server gives a review whose call will not be answered."""

PLENTY_SECONDS = 30.0
"""What it gives one whose call will be."""


@contextmanager
def in_time(seconds: float = PLENTY_SECONDS) -> Iterator[Deadline]:
    """Give the deadline of a review, and claim that what follows ends before the API server gives up."""
    started = time.monotonic()
    yield review_deadline(seconds, time.monotonic)
    assert time.monotonic() - started < seconds


def get(url: str, *, client: HttpClient | None = None) -> Reply:
    """Send a GET as a review would."""
    sender = client or HttpClient(connections=2)
    with in_time() as deadline:
        return sender.send("GET", url, headers={}, deadline=deadline)


def refused(url: str, *, client: HttpClient | None = None) -> Unavailable:
    """Send a GET that gets no answer, and return the failure."""
    sender = client or HttpClient(connections=2)
    with in_time(REVIEW_SECONDS) as deadline, pytest.raises(Unavailable) as caught:
        sender.send("GET", url, headers={}, deadline=deadline)
    return caught.value


def unused_port() -> int:
    """Return a port on which nobody listens, and which is free for whoever wants to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert isinstance(port, int)
        return port
