"""How a service in trouble is treated: a second try where that can help, and none at all while it is down."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from webhook.adapters.http import Reply
from webhook.core.breaker import Breaker, State
from webhook.core.deadline import Deadline, Monotonic
from webhook.errors import Unavailable

RETRY_STATUSES = frozenset({429, 502, 503, 504})
"""Statuses that say "not now"; any other would be answered the same again."""

TRIES = 2

BACKOFF_SECONDS = 0.1
"""The Yandex Cloud SDK begins with the same."""

FAIR_SECONDS = 1.0
"""A service that was given less and did not answer may be well: that is not held against it."""


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance, handed in."""

    clock: Monotonic
    sleep: Callable[[float], None]
    jitter: Callable[[], float]
    """Gives numbers from 0 to 1."""


class PatientHttp:
    """Sends requests with a second try, a breaker for each host, and a bound on how many run at once."""

    def __init__(
        self,
        http: Http,
        *,
        calls: int,
        pace: Pace,
        told: Callable[[str, State], None],
        peer: str = "the registry",
    ) -> None:
        """Run up to *calls* at once. *told* hears of each breaker that opens or closes; messages say *peer*."""
        self._peer = peer
        self._http = http
        self._calls = threading.BoundedSemaphore(calls)
        self._pace = pace
        self._told = told
        self._breakers: dict[str, Breaker] = {}
        self._lock = threading.Lock()

    def breakers(self) -> Mapping[str, State]:
        """Return the state of the breaker of each host that was called."""
        with self._lock:
            return {host: breaker.state for host, breaker in self._breakers.items()}

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Send a request. A GET or HEAD that meets a passing trouble is tried once more while there is time.

        Raises:
            Unavailable: no answer came, or none is to be expected.
        """
        left = TRIES if method in ("GET", "HEAD") else 1
        while True:
            left -= 1
            try:
                reply = self._once(method, url, headers=headers, deadline=deadline, body=body)
            except Unavailable as error:
                wait = self._pause(None)
                if not error.passing or not left or wait >= deadline.remaining():
                    raise
            else:
                wait = self._pause(reply)
                if reply.status not in RETRY_STATUSES or not left or wait >= deadline.remaining():
                    return reply
            self._pace.sleep(wait)

    def _once(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None
    ) -> Reply:
        host = urlsplit(url).netloc
        self._admit(host)
        if not self._calls.acquire(timeout=deadline.remaining()):
            raise Unavailable(f"too many calls to {self._peer} are under way")
        fair = deadline.remaining() >= FAIR_SECONDS
        try:
            reply = self._http.send(method, url, headers=headers, deadline=deadline, body=body)
        except Unavailable as error:
            if fair or error.passing:
                self._change(host, lambda breaker: breaker.failed(self._pace.clock(), self._pace.jitter()))
            raise
        finally:
            self._calls.release()
        alive = reply.status < 500
        self._change(
            host,
            lambda breaker: breaker.succeeded() if alive else breaker.failed(self._pace.clock(), self._pace.jitter()),
        )
        return reply

    def _admit(self, host: str) -> None:
        with self._lock:
            admitted, self._breakers[host] = self._breakers.get(host, Breaker()).admit(self._pace.clock())
        if not admitted:
            raise Unavailable(f"{self._peer} has not been answering; it is asked again in a moment")

    def _change(self, host: str, change: Callable[[Breaker], Breaker]) -> None:
        with self._lock:
            before = self._breakers[host]
            after = self._breakers[host] = change(before)
        if (before.state is State.CLOSED) != (after.state is State.CLOSED):
            self._told(host, after.state)

    def _pause(self, reply: Reply | None) -> float:
        """Return how long to wait before a second try: what the service asks for, or a short random time."""
        asked = None if reply is None else reply.retry_after
        return BACKOFF_SECONDS * (0.5 + self._pace.jitter()) if asked is None else asked
