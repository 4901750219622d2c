"""gunicorn's own worker, made to outlive a shortage."""

import socket
import time

from gunicorn.workers.gthread import ThreadWorker

from webhook.adapters.admission_worker.reception import SCARCE

REST_SECONDS = 0.05
"""Before the next try: a connection that waits is met again at once, and requests in flight need the time."""


class EnduringWorker(ThreadWorker):
    """Leaves a connection waiting that it cannot take now.

    The library's own ends, and with it every request in flight: a shortage of a moment would become failures.
    """

    def accept(self, listener: socket.socket) -> None:
        """Take a connection, if there is room for one."""
        try:
            super().accept(listener)
        except OSError as error:
            if error.errno not in SCARCE:
                raise
            self.log.warning("a connection could not be taken: %s", error.strerror)
            time.sleep(REST_SECONDS)
