"""Which thread keeps the watch, and who relieves it."""

import threading
from collections import deque
from collections.abc import Callable
from enum import Enum, auto
from typing import Generic, TypeVar

Job = TypeVar("Job")


class Turn(Enum):
    """What becomes of a job."""

    NOW = auto()
    """The thread on watch does it itself."""
    LATER = auto()
    """It waits for a thread."""
    NEVER = auto()
    """Too many wait already."""


class Watch(Generic[Job]):
    """Threads, of which one keeps the watch; the others are off: at work, or asleep.

    The thread on watch does what comes by itself, since handing it over costs more than most of it takes. When a job
    turns out to be long another thread takes the watch. There always is one that can: the last one free does no jobs.
    """

    def __init__(self, threads: int, queue: int, *, keep: Callable[[], None], release: Callable[[Job], None]) -> None:
        """Have up to *threads* beside the one on watch, and a queue of *queue* jobs.

        *keep* is called on watch, and returns when it is over. *release* is told of each job that the thread
        on watch has to do with no more, before another one can get it.
        """
        self._threads, self._queue_limit = threads, queue
        self._keep, self._release = keep, release
        self._lock = threading.Lock()
        self._called = threading.Semaphore(0)
        self._queue: deque[Job] = deque()
        self._keeper = 0
        self._job: Job | None = None
        self._number = 0
        self._seen = -1
        self._away = 0
        self._asleep = 0
        self.failure: BaseException | None = None
        """What a thread has ended with. None ever should: what it had to do is done by nobody."""

    def start(self) -> None:
        """Have a first thread take the watch."""
        threading.Thread(target=self._live, daemon=True, name="admission").start()

    @property
    def busy(self) -> bool:
        """Whether threads that were relieved are still at work."""
        return self._away > 0

    def begin(self, job: Job) -> Turn:
        """Say what becomes of *job*. To be called on watch."""
        with self._lock:
            if self._away < self._threads:
                self._job = job
                self._number += 1
                return Turn.NOW
            if len(self._queue) >= self._queue_limit:
                return Turn.NEVER
            self._release(job)
            self._queue.append(job)
            return Turn.LATER

    def end(self) -> bool:
        """End the job that this thread began, and tell whether it is still on watch."""
        with self._lock:
            self_on_watch = self._keeper == threading.get_ident()
            if self_on_watch:
                self._job = None
            return self_on_watch

    def next(self) -> Job | None:
        """Return the next job for a thread that was relieved and is done with its own; None: it may sleep."""
        with self._lock:
            if self._queue:
                return self._queue.popleft()
            self._away -= 1
            self._asleep += 1
            return None

    def step_aside(self) -> None:
        """Have another thread take the watch if this one keeps it: it is about to wait for something."""
        with self._lock:
            if self._keeper == threading.get_ident():
                self._relieve()

    def look(self) -> bool:
        """Relieve the thread on watch if it still does the job of the last look. Tell whether it did."""
        with self._lock:
            stuck = self._job is not None and self._number == self._seen
            self._seen = -1 if self._job is None else self._number
            if stuck:
                self._relieve()
            return stuck

    def _relieve(self) -> None:
        job = self._job
        if job is None:
            return
        self._job, self._keeper = None, 0
        self._release(job)
        self._away += 1
        if self._asleep:
            self._asleep -= 1
            self._called.release()
        else:
            self.start()

    def _live(self) -> None:
        try:
            while True:
                self._keeper = threading.get_ident()
                self._keep()
                self._called.acquire()
        except BaseException as error:  # noqa: BLE001 - whoever looks raises it
            self.failure = error
