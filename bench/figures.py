"""What a bench finds: figures that are ratios, made of rounds in which the sides take turns."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

import msgspec


class Better(StrEnum):
    """Which way a figure should go."""

    MORE = "more"
    LESS = "less"


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One ratio."""

    value: float
    better: Better
    steady: bool = True
    """Whether it comes out alike on a machine that is busy: tails of latency do not."""


Figures = Mapping[str, Figure]
"""By names such as `pod-10k c16 throughput gate/go`."""


def ratio_of(above: Sequence[float], below: Sequence[float]) -> float:
    """Return the median ratio of what was measured in the same rounds; 0 where there is none.

    Ratios are taken round by round, so that what else the machine does falls on both sides.
    """
    ratios = [over / under for over, under in zip(above, below, strict=True) if under]
    return median_of(ratios)


def median_of(values: Sequence[float]) -> float:
    """Return the median; 0 of nothing."""
    return statistics.median(values) if values else 0.0


def rounds(number: int, sides: Mapping[str, Callable[[], float]]) -> dict[str, list[float]]:
    """Measure each side in each round, every other round in the opposite order."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(number):
        for name in list(sides) if turn % 2 == 0 else reversed(list(sides)):
            found[name].append(sides[name]())
    return found


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that has become worse."""

    name: str
    before: float
    now: float


def worse(before: Figures, now: Figures, tolerance: float) -> list[Change]:
    """Return the steady figures that are worse by more than *tolerance*, a share of 1, the worst first.

    What only one side has is not compared: a quick run measures less.
    """
    changes = [
        (loss, Change(name=name, before=before[name].value, now=figure.value))
        for name, figure in now.items()
        if figure.steady and name in before and (loss := _loss(before[name], figure)) > tolerance
    ]
    return [change for _, change in sorted(changes, key=lambda pair: -pair[0])]


def _loss(before: Figure, now: Figure) -> float:
    """Return by what share *now* is worse than *before*; below 0 where it is better."""
    if not before.value or not now.value:
        return 0.0
    grown = now.value / before.value
    return grown - 1 if now.better is Better.LESS else 1 / grown - 1
