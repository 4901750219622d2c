"""Work that is done side by side, and given out in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

AHEAD = 4
"""Things taken for each worker: enough that none waits for a slow one before it, few enough to hold in memory."""


def side_by_side(work: Callable[[Thing], Result], things: Iterable[Thing], workers: int) -> Iterator[Result]:
    """Yield what *work* gives for each thing, in order. *things* are taken as they are needed, and by the caller."""
    with ThreadPoolExecutor(workers, thread_name_prefix="audit") as pool:
        waiting: deque[Future[Result]] = deque()
        try:
            for thing in things:
                waiting.append(pool.submit(work, thing))
                if len(waiting) >= AHEAD * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
