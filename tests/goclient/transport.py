"""The pool of connections, as `net/http.Transport` keeps it for one host."""

import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from tests.goclient.connection import Connection, Reply

IDLE_CONNECTIONS = 25
"""`MaxIdleConnsPerHost` of Kubernetes' clients."""

IDLE_SECONDS = 90.0
"""`IdleConnTimeout`."""

DIALERS = 64
"""Connections that may be opened at the same time; Go has no such limit, and nothing here comes near it."""


@dataclass
class Dials:
    """The connections that were opened."""

    done: int = 0
    unused: int = 0
    """Of these, such as were no longer wanted when they were ready."""
    failures: list[str] = field(default_factory=list)


class Transport:
    """Sends requests over connections that it keeps."""

    def __init__(
        self, endpoint: Callable[[], int], trust: Callable[[], ssl.SSLContext], *, idle: int = IDLE_CONNECTIONS
    ) -> None:
        """Open each connection to what *endpoint* says then. Keep up to *idle*; 0: a new one for each request."""
        self.dials = Dials()
        self._endpoint, self._trust, self._most = endpoint, trust, idle
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._wants: deque[Future[Connection]] = deque()
        self._dialers = ThreadPoolExecutor(DIALERS)

    def send(self, request: bytes, end: float) -> Reply:
        """Send a request, once, and return the answer.

        Raises:
            OSError: no connection could be made, it broke, or the monotonic time *end* came.
        """
        connection = self._connection(end)
        try:
            reply = connection.exchange(request, end)
        except OSError:
            connection.close()
            raise
        if reply.last:
            connection.close()
        else:
            self._keep(connection)
        return reply

    def drop_idle(self) -> None:
        """Close the connections that are idle, as when the client is made anew for another configuration."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def close(self) -> None:
        """Close everything that is idle, for good."""
        self._dialers.shutdown()
        self.drop_idle()

    @property
    def idle(self) -> int:
        """How many connections are idle."""
        with self._lock:
            return len(self._idle)

    def _connection(self, end: float) -> Connection:
        """Return the connection used last, or the first that comes free or is opened.

        Go takes another one only as long as nothing was written: where the server has closed it before.
        """
        while (idle := self._pop()) is not None:
            if time.monotonic() - idle.since < IDLE_SECONDS and not idle.gone():
                return idle
            idle.close()
        want: Future[Connection] = Future()
        if self._most:
            with self._lock:
                self._wants.append(want)
        self._dialers.submit(self._dial, want)
        try:
            return want.result(max(0.0, end - time.monotonic()))
        except TimeoutError:
            with self._lock:
                want.cancel()
            raise

    def _pop(self) -> Connection | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _dial(self, want: Future[Connection]) -> None:
        """Open a connection for *want*, which may have got another one when it is ready."""
        try:
            connection = Connection(self._endpoint(), self._trust())
        except OSError as error:
            with self._lock:
                self.dials.failures.append(repr(error))
                if not want.done():
                    want.set_exception(error)
            return
        with self._lock:
            self.dials.done += 1
            if not want.done():
                want.set_result(connection)
                return
            self.dials.unused += 1
        self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        """Give a connection to who waits for one, or keep it."""
        connection.since = time.monotonic()
        with self._lock:
            while self._wants:
                want = self._wants.popleft()
                if not want.done():
                    want.set_result(connection)
                    return
            if len(self._idle) < self._most:
                self._idle.append(connection)
                return
        connection.close()
