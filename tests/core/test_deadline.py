"""The moment by which an answer must be given."""

import pytest

from webhook.core.deadline import MARGIN_SECONDS, Deadline, review_deadline


@pytest.mark.parametrize(
    ("timeout", "seconds"), [(30.0, 28.5), (10.0, 8.5), (3.0, 1.5), (2.0, 1.0), (1.0, 0.5), (0.0, 0.0)]
)
def test_review_ends_before_the_api_server_gives_up(timeout: float, seconds: float) -> None:
    """The margin is kept from a long timeout; of a short one, half is used."""
    deadline = review_deadline(timeout, lambda: 1000.0)

    assert deadline.remaining() == seconds
    assert deadline.remaining() <= max(timeout - MARGIN_SECONDS, timeout / 2)


def test_time_that_a_review_has_waited_is_gone() -> None:
    """A wait before the gate began is taken off what is left, and may leave nothing."""
    assert review_deadline(10.0, lambda: 1000.0, waited=0.75).remaining() == 7.75
    assert review_deadline(1.0, lambda: 1000.0, waited=0.75).remaining() == 0.0


def test_time_runs_out_and_never_below_zero() -> None:
    """What remains shrinks with the clock and ends at zero."""
    ticks = iter([0.0, 4.0, 10.0, 1e9])
    deadline = Deadline(at=10.0, clock=lambda: next(ticks))

    assert [deadline.remaining() for _ in range(4)] == [10.0, 6.0, 0.0, 0.0]
