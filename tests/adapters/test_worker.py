"""What becomes of a worker process where connections cannot be taken."""

import errno
import logging
import os
from typing import Any

import pytest

from webhook.adapters.admission_worker.reception import SCARCE
from webhook.adapters.worker import EnduringWorker


class Listener:
    """A socket of which every connection fails in one way."""

    def __init__(self, number: int) -> None:
        """Fail with that error of the system."""
        self.number = number

    def accept(self) -> Any:
        """Fail."""
        raise OSError(self.number, os.strerror(self.number))


def worker() -> Any:
    """Return a worker that has nothing but a log."""
    bare = object.__new__(EnduringWorker)
    bare.log = logging.getLogger("worker")
    return bare


@pytest.mark.parametrize("number", sorted(SCARCE))
def test_shortage_leaves_the_connection_waiting(number: int, caplog: pytest.LogCaptureFixture) -> None:
    """A worker without a descriptor or memory to spare goes on, and says why nobody gets in."""
    worker().accept(Listener(number))

    assert caplog.messages == [f"a connection could not be taken: {os.strerror(number)}"]


def test_client_that_went_away_is_no_matter() -> None:
    """What the library puts up with, it still does."""
    worker().accept(Listener(errno.ECONNABORTED))


def test_other_errors_are_not_hidden() -> None:
    """A listener that is broken ends the worker, and another one takes its place."""
    with pytest.raises(OSError, match="Bad file descriptor"):
        worker().accept(Listener(errno.EBADF))
