"""Work side by side, given out in order."""

import threading
from collections.abc import Iterator

import pytest

from tests.processes import PATIENCE_SECONDS
from webhook.jobs.audit.side_by_side import AHEAD, side_by_side


def test_in_order() -> None:
    """What is done first waits for what came before it."""
    second_is_done = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            assert second_is_done.wait(PATIENCE_SECONDS)
        if number == 1:
            second_is_done.set()
        return number

    assert list(side_by_side(work, range(20), 2)) == list(range(20))


def test_taken_as_they_are_needed() -> None:
    """However many things there are, only a few of them are in memory."""
    taken: list[int] = []

    def things() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = side_by_side(lambda number: number, things(), 2)
    for done in range(100):
        assert next(results) == done
        assert len(taken) <= done + 1 + 2 * AHEAD
    results.close()  # type: ignore[attr-defined]
    assert len(taken) < 200


def test_nothing() -> None:
    """Of nothing there is nothing."""
    assert list(side_by_side(str, [], 3)) == []


def test_defects_are_not_hidden() -> None:
    """What goes wrong in the work is raised where its result would be."""
    results = side_by_side(lambda number: 1 // number, [1, 0, 1], 1)
    assert next(results) == 1
    with pytest.raises(ZeroDivisionError):
        list(results)
