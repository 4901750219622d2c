"""Threads that look images up side by side."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from webhook.core.deadline import Deadline
from webhook.errors import Overloaded

Thing = TypeVar("Thing")
Result = TypeVar("Result")


PATIENCE_SECONDS = 0.05
"""How long a caller waits for a place: over in a burst of quick look-ups, too short to matter in an outage."""


class ThreadCrew:
    """A bounded number of threads for the look-ups of one process. Open it in the process that uses it."""

    def __init__(self, *, threads: int, reviews: int, wait: Callable[[], None] = lambda: None) -> None:
        """Work on up to *threads* things at the same time, for up to *reviews* callers.

        *wait* is called by each caller before it waits.

        Fewer callers than the server has threads: those that need no look-up must always find one free.
        """
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="look-up")
        self._reviews = threading.BoundedSemaphore(reviews)
        self._wait = wait

    def each(self, work: Callable[[Thing], Result], things: Sequence[Thing], deadline: Deadline) -> list[Result | None]:
        """Return what *work* gives for each thing, in order; None for what is not done by the deadline.

        What has not begun by then never begins. An exception of *work* is raised.

        Raises:
            Overloaded: too many callers are waiting already.
        """
        self._wait()
        if not self._reviews.acquire(timeout=min(PATIENCE_SECONDS, deadline.remaining())):
            raise Overloaded("too many reviews are waiting for the registry")
        try:
            futures = [self._pool.submit(copy_context().run, work, thing) for thing in things]
            wait(futures, timeout=deadline.remaining())
            return [_result(future) for future in futures]
        finally:
            self._reviews.release()


def _result(future: Future[Result]) -> Result | None:
    if future.done():
        return future.result()
    future.cancel()
    return None
