"""One IAM token, kept fresh: renewed before it ends, kept while that fails, replaced when the registry refuses it."""

import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from webhook.adapters.iam.timing import FAILURE_SECONDS, FRESH_SECONDS, Held, until_renewal, until_retry
from webhook.adapters.stamps import Stamp, stamp
from webhook.core.deadline import Deadline, Monotonic
from webhook.core.tokens import Grant
from webhook.errors import LookupFailed, Unauthorized, Unavailable

ATTEMPT_SECONDS = 10.0
"""How long an attempt in the background may take."""

LOOK_SECONDS = 2.0
"""Between two looks at the files that the token comes from."""

SHORTEST_SECONDS = 0.05
"""The thread looks no more often than that, whatever is due."""

WAIT_SECONDS = 2.0
"""How long starting waits for the first token, and stopping for a thread in the middle of an attempt."""


class Source(Protocol):
    """A way to a token."""

    @property
    def max_age(self) -> float:
        """Seconds after which another token is wanted, however long this one is good for."""
        ...

    @property
    def advice(self) -> str:
        """What to tell who reads that the registry refuses a token of this source and there is no other."""
        ...

    def grant(self, deadline: Deadline) -> Grant:
        """Return a token; raises a `LookupFailed` where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """Time and chance, handed in."""

    clock: Monotonic
    jitter: Callable[[], float]
    """Gives numbers from 0 to 1, so that not all gates renew in step."""


class TokenKeeper:
    """Holds the token of one process; safe to use from many threads. Start it after the fork."""

    def __init__(self, source: Source, *, files: Sequence[Path] = (), pace: Pace, log: logging.Logger) -> None:
        """Get tokens from *source*, and another one when *files* change."""
        self.problem: str | None = None
        """Why the last attempt failed; None where it did not."""
        self._source, self._files, self._pace, self._log = source, files, pace, log
        self._held: Held | None = None
        self._failure: LookupFailed | None = None
        self._failures = 0
        self._next = 0.0
        self._pause_until = 0.0
        self._seen: tuple[Stamp, ...] = ()
        self._lock = threading.Lock()
        self._attempted, self._stopping = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def unready(self) -> str | None:
        """Say why there never was a token. None where only an outage is the cause: the gate must be there to say so."""
        if self._held is not None or isinstance(self._failure, Unavailable):
            return None
        return str(self._failure or "the first IAM token has not come yet")

    @property
    def seconds_left(self) -> float | None:
        """How long the token in use is still good for; None where there is none, or nobody knows."""
        held = self._held
        return None if held is None or held.end == float("inf") else held.end - self._pace.clock()

    def token(self, deadline: Deadline) -> str:
        """Return the token to use now.

        Raises:
            LookupFailed: there is none.
        """
        held = self._held
        if held is None or self._pace.clock() >= held.end:
            held = self._another(held, deadline)
        return held.token.reveal()

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Return another token than *stale*, which the registry refused.

        Raises:
            Unauthorized: there is no other.
        """
        held = self._held
        if held is not None and held.token.reveal() == stale and self._may_be_replaced(held):
            try:
                held = self._another(held, deadline)
            except LookupFailed as error:
                raise Unauthorized(
                    f"the registry refuses the gate's IAM token, and there is no other: {error}"
                ) from error
        if held is None or held.token.reveal() == stale:
            raise Unauthorized(f"the registry refuses the gate's IAM token: {self._source.advice}")
        return held.token.reveal()

    def start(self) -> None:
        """Get the first token, and keep it fresh in a thread."""
        self._thread = threading.Thread(target=self._watch, name="iam token", daemon=True)
        self._thread.start()
        self._attempted.wait(WAIT_SECONDS)

    def stop(self) -> None:
        """End the thread. Whoever still asks for the token is answered."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(WAIT_SECONDS)

    def _watch(self) -> None:
        while not self._stopping.is_set():
            if self._pace.clock() >= self._next or self._stamps() != self._seen:
                with suppress(LookupFailed):
                    self._another(self._held, Deadline(self._pace.clock() + ATTEMPT_SECONDS, self._pace.clock))
                self._attempted.set()
            self._stopping.wait(min(LOOK_SECONDS, max(SHORTEST_SECONDS, self._next - self._pace.clock())))

    def _may_be_replaced(self, held: Held) -> bool:
        now = self._pace.clock()
        old_enough = now - held.since >= FRESH_SECONDS and now - held.asked >= FAILURE_SECONDS
        return old_enough or self._stamps() != self._seen

    def _another(self, old: Held | None, deadline: Deadline) -> Held:
        """Return the token that follows *old*, got now or, while this waited, by somebody else."""
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise Unavailable("no IAM token came before the deadline")
        try:
            held = self._held
            if held is not None and held is not old:
                return held
            if self._failure is not None and self._pace.clock() < self._pause_until:
                raise self._failure.again() from self._failure
            return self._got(deadline)
        finally:
            self._lock.release()

    def _got(self, deadline: Deadline) -> Held:
        self._seen = self._stamps()
        try:
            grant = self._source.grant(deadline)
        except LookupFailed as error:
            self._failed(error)
            raise
        except Exception as error:
            self._log.exception("the attempt to get an IAM token ended with a fault of the gate")
            failure = Unavailable("the attempt to get an IAM token ended with a fault of the gate")
            self._failed(failure)
            raise failure from error
        held = self._held = self._hold(grant)
        if self._failure is not None:
            self._log.info("the gate has an IAM token again")
        self._failure = self.problem = None
        self._failures = 0
        return held

    def _hold(self, grant: Grant) -> Held:
        now, old = self._pace.clock(), self._held
        life = grant.seconds if grant.seconds is not None else float("inf")
        self._next = now + until_renewal(life, self._source.max_age, self._pace.jitter())
        # The same token, given again, is as old as it was.
        since = old.since if old is not None and old.token == grant.token else now
        return Held(grant.token, since=since, asked=now, end=now + life)

    def _failed(self, error: LookupFailed) -> None:
        now = self._pace.clock()
        self._next = now + until_retry(self._failures, self._pace.jitter())
        self._pause_until = now + FAILURE_SECONDS
        self._failure, self._failures = error, self._failures + 1
        if self.problem != str(error):
            self.problem = str(error)
            self._log.error("no new IAM token: %s", error)

    def _stamps(self) -> tuple[Stamp, ...]:
        return tuple(map(stamp, self._files))
