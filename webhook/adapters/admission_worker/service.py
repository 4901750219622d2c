"""What is done with a connection that has something to say."""

import logging
import ssl
import time
from io import BytesIO
from typing import Any, NamedTuple
from wsgiref.types import WSGIApplication

from webhook.adapters.admission_worker.answers import BUSY, FAILURE, Answer, ask, render
from webhook.adapters.admission_worker.connection import Connection, Phase
from webhook.adapters.admission_worker.heads import Refused
from webhook.adapters.admission_worker.incoming import Heard, Request
from webhook.adapters.admission_worker.reception import Reception
from webhook.adapters.admission_worker.shedding import Shed
from webhook.adapters.admission_worker.terms import Terms
from webhook.adapters.admission_worker.watch import Turn, Watch
from webhook.core.deadline import WAITED

LARGE_BYTES = 64 * 1024
"""An unfinished body up to here is not asked whether there is room for it: the bound on connections bounds those."""


class Job(NamedTuple):
    """A request that is to be answered."""

    connection: Connection
    request: Request


class Service:
    """Answers requests with an application."""

    def __init__(
        self, reception: Reception, application: WSGIApplication, *, terms: Terms, log: logging.Logger
    ) -> None:
        """Answer what comes to *reception*."""
        self._reception, self._application = reception, application
        self._terms, self._log = terms, log
        self._leaving = False
        self.watch: Watch[Job] = Watch(terms.threads, terms.queue, keep=self._keep, release=self._release)

    def leave(self) -> None:
        """Close every connection with its next answer, and accept no more."""
        self._leaving = True
        self._reception.leave()

    def _release(self, job: Job) -> None:
        self._reception.release(job.connection)

    def _keep(self) -> None:
        """Keep the watch until another thread has it; then do what waits for a thread."""
        while self._attend(self._reception.next()):
            pass
        while (job := self.watch.next()) is not None:
            late = time.monotonic() - job.connection.since > self._terms.patience.queue
            if late:
                self._terms.shedding(Shed.THREADS)
            self._go_on(job.connection, closes=self._answer(job, BUSY if late else None))

    def _attend(self, connection: Connection) -> bool:
        """See to *connection*, and tell whether this thread is still on watch."""
        if connection.phase in (Phase.SERVED, Phase.CLOSED):
            return True
        request = self._heard(connection)
        while request is not None:
            if not self._serve(Job(connection, request)):
                return False
            request = self._left_over(connection)
        return True

    def _heard(self, connection: Connection) -> Request | None:
        """Return the request that *connection* has come to, or what there is of it when its time is over."""
        try:
            request = self._accepted(connection, connection.advance())
        except ssl.SSLError as error:
            self._log.debug("a connection from %s ends: %s", connection.peer[0], error)
            connection.part()  # a client that was told why should be able to read it
            return None
        except OSError:
            self._reception.close(connection)
            return None
        except Exception:
            self._log.exception("a connection could not be read")
            self._reception.close(connection)
            return None
        if request is not None or connection.phase is Phase.SERVED:
            return request
        if connection.deadline <= time.monotonic():
            request = connection.cut_off()
            if request is None:
                self._reception.close(connection)
        elif connection.held > LARGE_BYTES and self._reception.held > self._terms.held_bytes:
            self._turn_away(connection, Shed.MEMORY)
        return request

    def _left_over(self, connection: Connection) -> Request | None:
        """Return the request that came in one piece with the one that was answered, if that was not the last one."""
        if connection.phase is not Phase.IDLE:
            return None
        return self._accepted(connection, connection.left_over())

    def _accepted(self, connection: Connection, heard: Heard) -> Request | None:
        if isinstance(heard, Refused):
            self._say_last(connection, heard.answer)
            return None
        return heard

    def _serve(self, job: Job) -> bool:
        turn = self.watch.begin(job)
        if turn is Turn.NOW:
            closes = self._answer(job)
            if not self.watch.end():
                self._go_on(job.connection, closes=closes)
                return False
            self._settle(job.connection, closes=closes)
        elif turn is Turn.NEVER:
            self._turn_away(job.connection, Shed.QUEUE)
        return True

    def _go_on(self, connection: Connection, *, closes: bool) -> None:
        """Finish with a connection off watch, and leave it to the thread on watch."""
        self._settle(connection, closes=closes)
        while (request := self._left_over(connection)) is not None:
            self._settle(connection, closes=self._answer(Job(connection, request)))
        self._reception.take_back(connection)

    def _settle(self, connection: Connection, *, closes: bool) -> None:
        if closes:
            connection.part()
        else:
            self._reception.rest(connection)

    def _turn_away(self, connection: Connection, why: Shed) -> None:
        self._terms.shedding(why)
        self._say_last(connection, render(BUSY, closes=True))

    def _say_last(self, connection: Connection, data: bytes) -> None:
        try:
            connection.say(data)
        except OSError:
            self._reception.close(connection)
        else:
            connection.part()

    def _answer(self, job: Job, answer: Answer | None = None) -> bool:
        """Answer a request, with *answer* or what the application says, and tell whether the connection ends."""
        connection, request = job
        head = request.head
        closes = answer is not None or head.closes or not request.whole or self._terms.draining()
        try:
            answer = answer or ask(self._application, self._environ(job))
            data = render(answer, closes=closes or self._leaving, bodiless=head.bodiless)
        except Exception:
            self._log.exception("a request was not answered by the application")
            closes, data = True, render(FAILURE, closes=True, bodiless=head.bodiless)
        try:
            connection.send(data)
        except OSError:
            return True
        return closes or self._leaving

    def _environ(self, job: Job) -> dict[str, Any]:
        connection, request = job
        environ = request.head.environ.copy()
        environ["wsgi.input"] = BytesIO(request.body)
        environ[WAITED] = time.monotonic() - connection.since
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = connection.peer[0], str(connection.peer[1])
        if request.length is not None:
            environ["CONTENT_LENGTH"] = str(request.length)
        return environ
