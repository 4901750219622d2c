"""The worker: a process of gunicorn, its signals, its sign of life, and its end."""

import os
import resource
import select
import time
from collections.abc import Callable
from dataclasses import replace

from gunicorn.workers.base import Worker

from webhook.adapters.admission_worker.heads import Address, Heads
from webhook.adapters.admission_worker.reception import Reception
from webhook.adapters.admission_worker.service import Service
from webhook.adapters.admission_worker.terms import Terms

CALM_SECONDS = 0.05
"""Between two looks at the thread on watch: a job that is seen twice is a long one."""

BUSY_SECONDS = 0.02
"""The same while there are such jobs: where there is one, more may come. Still many times what a review from memory
takes, also where the thread has to wait for a processor: who waits for the registry says so before."""

DESCRIPTORS = 256
"""For everything but the connections of clients: those to the registry, files, pipes."""

NOTIFY_SECONDS = 1.0
"""Between two signs of life; gunicorn kills a worker that shows none for its `timeout`."""


class AdmissionWorker(Worker):
    """Serves the reviews of one process. The application that gunicorn was given has the `terms`."""

    def run(self) -> None:
        """Serve until told to end, and then until all is answered.

        Raises:
            RuntimeError: a thread has failed; gunicorn logs it, and starts another worker.
        """
        terms = within_descriptors(self.app.terms)
        heads = Heads(self.cfg, self.sockets[0].getsockname(), self._refusal)
        reception = Reception(self.sockets, heads, terms)
        service = Service(reception, self.wsgi, terms=terms, log=self.log)
        terms.waiting.hear(service.watch.step_aside)
        service.watch.start()
        self._until(service, lambda: not self.alive or self.ppid != os.getppid())
        service.leave()
        end = time.monotonic() + self.cfg.graceful_timeout
        self._until(service, lambda: reception.left or time.monotonic() > end)

    def _until(self, service: Service, over: Callable[[], bool]) -> None:
        notified, pause = 0.0, CALM_SECONDS
        while not over():
            if time.monotonic() - notified >= NOTIFY_SECONDS:
                self.notify()
                notified = time.monotonic()
            self._sleep(pause)
            if service.watch.failure is not None:
                # Another process in its place serves better than one whose connections nobody attends.
                raise RuntimeError("a thread that serves has failed") from service.watch.failure
            stuck = service.watch.look()
            pause = BUSY_SECONDS if stuck or service.watch.busy else CALM_SECONDS

    def _sleep(self, seconds: float) -> None:
        """Sleep until a signal comes."""
        if select.select([self.PIPE[0]], [], [], seconds)[0]:
            os.read(self.PIPE[0], 4096)

    def _refusal(self, peer: Address, error: Exception) -> bytes:
        """Return what gunicorn answers to a head that it does not accept; that is logged."""
        said = _Said()
        self.handle_error(None, said, peer, error)
        return bytes(said.data)


def within_descriptors(terms: Terms) -> Terms:
    """Return *terms* with no more connections than descriptors; have as many of these as the process may have."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    left = most - DESCRIPTORS if most != resource.RLIM_INFINITY else terms.connections
    return replace(terms, connections=max(1, min(terms.connections, left)))


class _Said:
    """A socket that keeps what is sent."""

    def __init__(self) -> None:
        self.data = bytearray()

    def gettimeout(self) -> float:
        """Never wait."""
        return 0.0

    def sendall(self, data: bytes) -> None:
        """Keep *data*."""
        self.data += data
