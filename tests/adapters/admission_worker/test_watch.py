"""Threads and their watch: one keeps it, is relieved when its job is long, and somebody always can."""

import threading

from tests.processes import eventually
from webhook.adapters.admission_worker.watch import Turn, Watch


class Crew:
    """Threads that do jobs that come when the test gives them; each job waits until it is let go."""

    def __init__(self, threads: int, queue: int) -> None:
        """Have *threads* beside the one on watch."""
        self.turns: list[tuple[int, Turn]] = []
        self.done: list[int] = []
        self.released: list[int] = []
        self._jobs: list[int] = []
        self._came, self._over = threading.Condition(), threading.Condition()
        self._let_go: set[int] = set()
        self.watch: Watch[int] = Watch(threads, queue, keep=self._keep, release=self.released.append)
        self.watch.start()

    def give(self, job: int) -> Turn:
        """Give the thread on watch a job, and return what it says to that."""
        with self._came:
            self._jobs.append(job)
            self._came.notify_all()
        eventually(lambda: any(number == job for number, _ in self.turns))
        return dict(self.turns)[job]

    def relieve(self) -> None:
        """Look until the thread on watch is relieved."""
        eventually(self.watch.look)

    def finish(self, job: int) -> None:
        """Let a job come to its end."""
        with self._over:
            self._let_go.add(job)
            self._over.notify_all()
        eventually(lambda: job in self.done)

    def _keep(self) -> None:
        while True:
            with self._came:
                self._came.wait_for(lambda: bool(self._jobs))
                job = self._jobs.pop(0)
            turn = self.watch.begin(job)
            self.turns.append((job, turn))
            if turn is Turn.NOW:
                self._do(job)
                if not self.watch.end():
                    break
        while (later := self.watch.next()) is not None:
            self._do(later)

    def _do(self, job: int) -> None:
        with self._over:
            self._over.wait_for(lambda: job in self._let_go)
        self.done.append(job)


def test_long_job() -> None:
    """A job that is seen at two looks costs its thread the watch; another thread goes on, and the first comes back."""
    crew = Crew(threads=2, queue=1)
    assert crew.give(1) is Turn.NOW
    crew.relieve()
    assert crew.released == [1]
    assert crew.watch.busy
    assert crew.give(2) is Turn.NOW
    crew.finish(2)
    crew.finish(1)
    eventually(lambda: not crew.watch.busy)
    assert crew.done == [2, 1]


def test_quick_jobs() -> None:
    """Looks between jobs, and at another job each time, relieve nobody."""
    crew = Crew(threads=2, queue=1)
    for job in range(5):
        assert not crew.watch.look()
        assert crew.give(job) is Turn.NOW
        assert not crew.watch.look()
        crew.finish(job)
        eventually(lambda: not crew.watch.look())
    assert crew.released == []


def test_no_thread_is_free() -> None:
    """With all threads at work jobs wait for one, up to a bound, and beyond it they are not taken."""
    crew = Crew(threads=2, queue=1)
    for job in (1, 2):
        assert crew.give(job) is Turn.NOW
        crew.relieve()
    assert crew.give(3) is Turn.LATER
    assert crew.give(4) is Turn.NEVER
    crew.finish(1)
    crew.finish(3)
    assert crew.give(5) is Turn.NOW
    crew.finish(5)
    crew.finish(2)
    assert crew.released == [1, 2, 3]


def test_thread_that_is_about_to_wait() -> None:
    """A thread that says so is relieved at once if it has the watch and a job; for others that means nothing."""
    relieved = threading.Event()
    begun = threading.Event()
    watch: Watch[str]

    def keep() -> None:
        begun.set()
        if not relieved.is_set():
            watch.step_aside()  # without a job
            assert watch.begin("job") is Turn.NOW
            relieved.set()
            watch.step_aside()
            watch.step_aside()  # it is not its watch any more
            assert not watch.end()
            assert watch.next() is None
        else:
            threading.Event().wait()

    released: list[str] = []
    watch = Watch(1, 0, keep=keep, release=released.append)
    watch.step_aside()
    watch.start()
    eventually(lambda: relieved.is_set() and not watch.busy)
    assert released == ["job"]
