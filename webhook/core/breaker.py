"""When to stop asking a service that does not answer, and when to try it again."""

from dataclasses import dataclass, replace
from enum import StrEnum

CONSECUTIVE_FAILURES = 5
RECENT_CALLS = 20
RECENT_FAILURES = 10
"""A service that fails half of its calls is as bad as one that fails all: each costs somebody the wait."""

REST_SECONDS = 2.0
"""Between two attempts while it is down."""


class State(StrEnum):
    """What happens to a call."""

    CLOSED = "closed"
    """It is made."""
    OPEN = "open"
    """It fails at once."""
    PROBING = "probing"
    """It fails at once, while one other finds out whether the service is back."""


@dataclass(frozen=True, slots=True)
class Breaker:
    """What is known of a service's health. Every change gives a new value."""

    state: State = State.CLOSED
    recent: tuple[bool, ...] = ()
    """Whether each of the last calls succeeded, the newest last."""
    until: float = 0.0
    """While it is not closed: when the next attempt may be made."""

    def admit(self, now: float) -> tuple[bool, "Breaker"]:
        """Tell whether a call may be made at *now*, and the breaker from then on."""
        if self.state is State.CLOSED:
            return True, self
        if now < self.until:
            return False, self
        # A probe that never reports back must not keep everybody out for ever.
        return True, replace(self, state=State.PROBING, until=now + REST_SECONDS)

    def succeeded(self) -> "Breaker":
        """Return the breaker after an answer came."""
        if self.state is not State.CLOSED:
            return Breaker()
        return self._with(True)

    def failed(self, now: float, jitter: float) -> "Breaker":
        """Return the breaker after no answer came; *jitter*, from 0 to 1, keeps gates from probing in step."""
        after = self._with(False)
        broken = after.recent[-CONSECUTIVE_FAILURES:] == (False,) * CONSECUTIVE_FAILURES
        if self.state is State.CLOSED and not broken and after.recent.count(False) < RECENT_FAILURES:
            return after
        return replace(after, state=State.OPEN, until=now + REST_SECONDS * (1 + jitter))

    def _with(self, success: bool) -> "Breaker":
        return replace(self, recent=(*self.recent, success)[-RECENT_CALLS:])
