"""Threads that look images up side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from webhook.core.deadline import Deadline

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class ThreadCrew:
    """A bounded number of threads for the look-ups of one process. Open it in the process that uses it."""

    def __init__(self, threads: int) -> None:
        """Work on up to *threads* things at the same time."""
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="look-up")

    def each(self, work: Callable[[Thing], Result], things: Sequence[Thing], deadline: Deadline) -> list[Result | None]:
        """Return what *work* gives for each thing, in order; None for what is not done by the deadline.

        What has not begun by then never begins. An exception of *work* is raised.
        """
        futures = [self._pool.submit(work, thing) for thing in things]
        wait(futures, timeout=deadline.remaining())
        return [_result(future) for future in futures]


def _result(future: Future[Result]) -> Result | None:
    if future.done():
        return future.result()
    future.cancel()
    return None
