"""Asking again: a job has time that a review has not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from webhook.core.deadline import Deadline
from webhook.errors import Unavailable

T = TypeVar("T")

CALL_SECONDS = 30.0
"""For one call, with the second try that it may contain and the wait for it that the registry asks for."""

TRIES = 6
FIRST_WAIT_SECONDS = 1.0
"""Doubled after each try: together half a minute. A registry that is down for longer is down."""


@dataclass(frozen=True, slots=True)
class Persistence:
    """How calls are repeated, within the run's own deadline."""

    end: Deadline
    pause: Callable[[float], None]
    jitter: Callable[[], float]
    """Gives numbers from 0 to 1."""

    def ask(self, call: Callable[[Deadline], T]) -> T:
        """Return what *call* returns, in the end.

        Raises:
            Unavailable: the registry does not answer, or the time of the run is over.
        """
        wait = FIRST_WAIT_SECONDS
        said = ""
        for left in reversed(range(TRIES)):
            if self.end.remaining() <= 0:
                break
            try:
                return call(Deadline(min(self.end.at, self.end.clock() + CALL_SECONDS), self.end.clock))
            except Unavailable as error:
                said = said or str(error)  # what comes later is that it has not been answering
                asked = error.after or 0.0
                if not left:
                    raise Unavailable(said) from error
            self.pause(min(max(asked, wait * (0.5 + self.jitter())), self.end.remaining()))
            wait *= 2
        raise Unavailable(f"{said or 'the registry was not asked'}; the time for this run is over (--deadline)")
