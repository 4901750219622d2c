"""When a token is renewed, how soon it may be replaced, and when an attempt that failed is made again."""

from dataclasses import dataclass

from webhook.core.secret import Secret

SHARE_OF_LIFE = 0.9
"""A token is renewed when a tenth of its life is left; none is, then, in flight when it ends."""

FRESH_SECONDS = 5.0
"""A token that is younger and refused is not refused for its age: another one would fare no better."""

FAILURE_SECONDS = 1.0
"""After a failure nobody asks for so long: a thousand reviews must not become a thousand calls."""

MAX_PAUSE_SECONDS = 60.0
"""The longest pause between two attempts in the background, which double from `FAILURE_SECONDS` on."""

MAX_DOUBLINGS = 6
"""So many take the pause past its longest; 2 to the power of an outage of days would be no number any more."""


@dataclass(frozen=True, slots=True)
class Held:
    """A token in use, with moments on the monotonic clock."""

    token: Secret
    since: float
    """When it was given first."""
    asked: float
    """When it was given last: a source may give the same one again."""
    end: float


def until_renewal(life: float, max_age: float, jitter: float) -> float:
    """Return the seconds after which a token with *life* is renewed, and after *max_age* at the latest.

    *jitter*, from 0 to 1, brings that forward by up to a tenth, so that not all gates renew in step.
    """
    return min(max_age, life * SHARE_OF_LIFE) * (1 - 0.1 * jitter)


def until_retry(failures: int, jitter: float) -> float:
    """Return the seconds until the next attempt after one that failed, and *failures* in a row before it.

    *jitter*, from 0 to 1, chooses between half of the pause and all of it.
    """
    pause = min(MAX_PAUSE_SECONDS, FAILURE_SECONDS * 2.0 ** min(failures, MAX_DOUBLINGS))
    return pause * (1 + jitter) / 2
