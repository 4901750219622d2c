"""Ratios, rounds and comparisons."""

import pytest

from bench.figures import Better, Change, Figure, median_of, ratio_of, rounds, worse


def figure(value: float, better: Better = Better.MORE, *, steady: bool = True) -> Figure:
    """Return a figure."""
    return Figure(value=value, better=better, steady=steady)


@pytest.mark.parametrize(
    ("above", "below", "ratio"),
    [([2.0], [1.0], 2.0), ([1.0, 9.0, 4.0], [1.0, 3.0, 2.0], 2.0), ([], [], 0.0), ([1.0, 4.0], [0.0, 2.0], 2.0)],
)
def test_ratio_is_the_median_of_those_of_each_round(above: list[float], below: list[float], ratio: float) -> None:
    """Each round is compared with itself; one without a measurement is left out."""
    assert ratio_of(above, below) == ratio


def test_median_of_nothing() -> None:
    """There is none, and that is no error."""
    assert (median_of([]), median_of([3.0, 1.0, 2.0])) == (0.0, 2.0)


def test_sides_take_turns() -> None:
    """Every other round goes the other way, so that nobody is always first."""
    order: list[str] = []

    def side(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = rounds(2, {"a": lambda: side("a"), "b": lambda: side("b")})
    assert (order, found) == (["a", "b", "b", "a"], {"a": [1.0, 4.0], "b": [2.0, 3.0]})


@pytest.mark.parametrize(
    ("before", "now", "lost"),
    [
        (figure(2.0), figure(1.9), False),
        (figure(2.0), figure(1.7), True),
        (figure(2.0), figure(3.0), False),
        (figure(1.0, Better.LESS), figure(1.05, Better.LESS), False),
        (figure(1.0, Better.LESS), figure(1.2, Better.LESS), True),
        (figure(1.0, Better.LESS), figure(0.5, Better.LESS), False),
        (figure(2.0, steady=False), figure(1.0, steady=False), False),
        (figure(0.0), figure(1.0), False),
        (figure(1.0), figure(0.0), False),
    ],
)
def test_regression_is_a_loss_beyond_the_tolerance(before: Figure, now: Figure, lost: bool) -> None:  # noqa: FBT001
    """More of what should be little, or less of what should be much; what is not steady never is one."""
    found = worse({"it": before}, {"it": now}, 0.1)
    assert found == ([Change(name="it", before=before.value, now=now.value)] if lost else [])


def test_only_what_both_have_is_compared() -> None:
    """A quick run measures less, and a new figure has no baseline."""
    assert worse({"old": figure(1.0)}, {"new": figure(1.0)}, 0.1) == []


def test_worst_comes_first() -> None:
    """Regressions are told in the order of what was lost."""
    before = {"little": figure(1.0), "much": figure(1.0)}
    now = {"little": figure(0.8), "much": figure(0.2)}
    assert [one.name for one in worse(before, now, 0.1)] == ["much", "little"]
