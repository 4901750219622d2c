"""The process that forks the others: it drains before it ends, and follows what they begin with."""

import logging
import mmap
import time
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.glogging import Logger


class Drain:
    """A flag that all processes of the server see: it is about to stop."""

    def __init__(self) -> None:
        """Share one byte with the processes that will be forked."""
        self._byte = mmap.mmap(-1, 1)

    def begin(self) -> None:
        """Raise the flag."""
        self._byte[0] = 1

    def __call__(self) -> bool:
        """Tell whether the flag is up."""
        return self._byte[0] == 1


class DrainingArbiter(Arbiter):
    """An arbiter that goes on serving for a while after SIGTERM.

    A terminating pod still gets connections until its endpoint is gone from every node, and the API
    server does not repeat a call that finds nobody.
    """

    def __init__(
        self,
        application: BaseApplication,
        drain: Drain,
        *,
        seconds: float,
        follow: Callable[[], None],
        log: logging.Logger,
    ) -> None:
        """Drain for so many *seconds*, and call *follow* every second."""
        super().__init__(application)
        self._drain, self._seconds = drain, seconds
        self._follow, self._messages = follow, log
        self._end: float | None = None

    def handle_term(self) -> None:
        """Begin the drain, on SIGTERM."""
        if self._end is None:
            self._drain.begin()
            self._messages.info("draining for %g seconds", self._seconds)
            self._end = time.monotonic() + self._seconds

    def manage_workers(self) -> None:
        """Do what is to be done every second; after the drain, stop."""
        try:
            self._follow()
        except Exception:
            self._messages.exception("the process that forks the others could not read a change")
        super().manage_workers()
        if self._end is not None and time.monotonic() >= self._end:
            raise StopIteration


class Messages(Logger):
    """gunicorn's own messages, left to the handlers of the process; the audit log is the access log."""

    def setup(self, cfg: Config) -> None:
        """Leave the handlers as they are."""
        self.cfg = cfg
        self.error_log.propagate = True

    def access(self, *_args: Any) -> None:
        """Say nothing."""
