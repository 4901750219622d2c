"""A token keeper in time that stands still, with a source that gives what it is told to give."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from webhook.adapters.iam.keeper import Pace, TokenKeeper
from webhook.core.deadline import Deadline
from webhook.core.secret import Secret
from webhook.core.tokens import Grant
from webhook.errors import LookupFailed

LOG = logging.getLogger("tests.keeper")
ADVICE = "look at your token"
HOUR = 3600.0


@dataclass
class Numbered:
    """Gives numbered tokens, or the same one again, or fails; counts how often it is asked."""

    life: float | None = HOUR
    max_age: float = float("inf")
    advice: str = ADVICE
    failure: Exception | None = None
    same: bool = False
    before: Callable[[], object] = lambda: None
    """What happens while it is asked."""
    calls: int = 0
    given: int = 0
    deadlines: list[float] = field(default_factory=list)

    def grant(self, deadline: Deadline) -> Grant:
        """Give the next token."""
        self.calls += 1
        self.deadlines.append(deadline.remaining())
        self.before()
        if self.failure is not None:
            raise self.failure
        self.given += not (self.same and self.given)
        return Grant(Secret(f"t1.secret-{self.given}"), self.life)


class Keeping:
    """A keeper of one source, with a clock that is moved by hand, and without its thread."""

    def __init__(self, source: Numbered, *, files: Sequence[Path] = (), jitter: float = 0.0) -> None:
        """Keep tokens of *source*."""
        self.now = 1000.0
        self.source = source
        self.keeper = TokenKeeper(source, files=files, pace=Pace(lambda: self.now, lambda: jitter), log=LOG)

    @property
    def deadline(self) -> Deadline:
        """A deadline that is never over while time stands still."""
        return Deadline(self.now + 5.0, lambda: self.now)

    def token(self) -> str:
        """Return the number of the token to use now."""
        return self.keeper.token(self.deadline).removeprefix("t1.secret-")

    def renewed(self, stale: str) -> str:
        """Return the number of the token that follows the one with the number *stale*."""
        return self.keeper.renewed(f"t1.secret-{stale}", self.deadline).removeprefix("t1.secret-")

    def fails(self) -> LookupFailed:
        """Return why there is no token now."""
        with pytest.raises(LookupFailed) as caught:
            self.token()
        return caught.value


class Hurry:
    """The real clock, which can be moved on."""

    moved = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return time.monotonic() + self.moved


def token(keeper: TokenKeeper) -> str:
    """Return the token to use now, which must come in a while."""
    return keeper.token(Deadline(time.monotonic() + 20.0, time.monotonic))
