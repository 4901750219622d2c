"""When a service is asked no more, and when it is tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.core.breaker import (
    CONSECUTIVE_FAILURES,
    RECENT_CALLS,
    RECENT_FAILURES,
    REST_SECONDS,
    Breaker,
    State,
)


def after(*outcomes: bool, now: float = 100.0) -> Breaker:
    """Return a breaker after calls that succeeded or failed."""
    breaker = Breaker()
    for success in outcomes:
        breaker = breaker.succeeded() if success else breaker.failed(now, 0.0)
    return breaker


def broken(jitter: float = 0.0) -> Breaker:
    """Return a breaker that has just opened, at 100."""
    return after(*[False] * (CONSECUTIVE_FAILURES - 1)).failed(100.0, jitter)


def test_calls_are_made_while_the_service_answers() -> None:
    """A closed breaker admits every call and stays as it is."""
    breaker = after(True, False, True)

    assert breaker.state is State.CLOSED
    assert breaker.admit(0.0) == (True, breaker)


def test_failures_in_a_row_open_it() -> None:
    """One failure less than the bound keeps it closed, the next opens it."""
    assert after(*[False] * (CONSECUTIVE_FAILURES - 1)).state is State.CLOSED
    assert after(*[False] * CONSECUTIVE_FAILURES).state is State.OPEN


def test_a_success_in_between_starts_the_row_anew() -> None:
    """Failures that are not in a row do not add up to one."""
    row = [False] * (CONSECUTIVE_FAILURES - 1)

    assert after(*row, True, *row).state is State.CLOSED


def test_half_of_the_recent_calls_failing_opens_it() -> None:
    """Every second call failing is as bad as a row of failures."""
    assert after(*[True, False] * (RECENT_FAILURES - 1)).state is State.CLOSED
    assert after(*[True, False] * RECENT_FAILURES).state is State.OPEN


def test_old_failures_are_forgotten() -> None:
    """Only the last calls count."""
    row = [False, True] * (RECENT_FAILURES - 1)
    breaker = after(*row, *[True] * RECENT_CALLS, False)

    assert breaker.state is State.CLOSED
    assert len(breaker.recent) == RECENT_CALLS


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_open_one_refuses_until_its_rest_is_over(jitter: float) -> None:
    """A call is refused at once, up to the end of the rest, which jitter makes longer."""
    breaker, rest = broken(jitter), REST_SECONDS * (1 + jitter)

    assert breaker.admit(100.0) == (False, breaker)
    assert breaker.admit(100.0 + rest - 0.01) == (False, breaker)
    assert breaker.admit(100.0 + rest)[0]


def test_one_probe_at_a_time() -> None:
    """After the rest a single call goes through; the others wait for what becomes of it."""
    admitted, probing = broken().admit(102.0)

    assert admitted
    assert probing.state is State.PROBING
    assert probing.admit(102.1) == (False, probing)


def test_probe_that_is_never_heard_of_again_is_followed_by_another() -> None:
    """A caller that died with its probe does not keep everybody out for ever."""
    _, probing = broken().admit(102.0)

    assert probing.admit(102.0 + REST_SECONDS)[0]


def test_probe_that_succeeds_closes_it() -> None:
    """After one good answer the past is forgotten."""
    _, probing = broken().admit(102.0)

    assert probing.succeeded() == Breaker()


def test_probe_that_fails_opens_it_again() -> None:
    """After a failed probe it rests again."""
    _, probing = broken().admit(102.0)
    again = probing.failed(103.0, 0.0)

    assert (again.state, again.until) == (State.OPEN, 103.0 + REST_SECONDS)


def test_late_success_of_an_open_one_closes_it() -> None:
    """An answer to a call that was made before it opened shows that the service lives."""
    assert broken().succeeded() == Breaker()


@given(st.lists(st.booleans(), max_size=60))
def test_it_never_stays_shut(outcomes: list[bool]) -> None:
    """Whatever happened, long enough afterwards a call goes through."""
    assert after(*outcomes).admit(100.0 + 2 * REST_SECONDS)[0]
