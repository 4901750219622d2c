"""Counts in bounded memory: exact for few things, and honest about many."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from webhook.core.tallies import Tally

THINGS = st.lists(st.integers(0, 30), max_size=200)


@given(THINGS)
def test_few_different_things_are_counted_exactly(things: list[int]) -> None:
    """Nothing is given up, and the most frequent come first."""
    tally: Tally[int] = Tally(kept=40)
    for thing in things:
        tally.add(thing)
    assert tally.top(100) == Counter(things).most_common()
    assert (tally.total, tally.error, tally.rest(100)) == (len(things), 0, 0)


@given(THINGS, st.integers(1, 5))
def test_many_different_things_are_counted_within_the_error_that_is_told(things: list[int], kept: int) -> None:
    """No count is too high, none is too low by more than the error, and no more than twice as many are held."""
    tally: Tally[int] = Tally(kept=kept)
    for thing in things:
        tally.add(thing)
        assert len(tally.top(1000)) <= 2 * kept
    counted = dict(tally.top(1000))
    for thing, number in Counter(things).items():
        assert 0 <= number - counted.get(thing, 0) <= tally.error
    assert tally.rest(3) + sum(number for _, number in tally.top(3)) == len(things)
