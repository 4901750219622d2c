"""Part d: a review from memory by policies of many rules, in one process and without a network."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import yaml

from bench.desk import Behind, desk
from bench.documents import APART, UID, review_of
from bench.figures import Better, Figure, ratio_of, rounds
from bench.rendering import microseconds, table
from tests.service.registry import registry

RULES = (10, 100, 1_000, 2_000)

REVIEWS = 300
"""In a row, for one time."""

COLUMNS = ("rules", "review, us", f"ratio to {RULES[0]}")


def run(folder: Path, number: int) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table."""
    with registry() as world, ExitStack() as stack:
        body = review_of(APART, world.apps(APART.containers))
        bodies = [body.replace(UID.encode(), f"team-{number}-{number:030}"[:36].encode()) for number in range(REVIEWS)]
        sides: dict[str, Callable[[], float]] = {}
        for rules in RULES:
            place = folder / f"rules-{rules}"
            place.mkdir()
            behind = stack.enter_context(desk(world, place, policy(rules)))
            behind.answer(body)
            sides[str(rules)] = partial(seconds, behind, bodies)
        found = rounds(number, sides)
    return figures(found), table(COLUMNS, [_row(name, times, found) for name, times in found.items()])


def policy(rules: int) -> str:
    """Return a policy of so many rules, of which the last one is about everything: a team each, and one for all."""
    teams = [
        {"name": f"team-{number}", "match": {"namespaces": [f"team-{number}-*"]}, "limits": {"medium": number}}
        for number in range(rules - 1)
    ]
    document = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [*teams, {"name": "all"}]}
    return yaml.safe_dump(document)


def seconds(behind: Behind, bodies: Sequence[bytes]) -> float:
    """Return how long a review takes, of many in a row of which none is like another."""
    begun = time.thread_time()
    for body in bodies:
        behind.answer(body)
    return (time.thread_time() - begun) / len(bodies)


def figures(found: dict[str, list[float]]) -> dict[str, Figure]:
    """Return the time by many rules as that by few."""
    few, *more = found
    return {
        f"policy of {name} rules/{few}": Figure(value=ratio_of(found[name], found[few]), better=Better.LESS)
        for name in more
    }


def _row(name: str, times: list[float], found: dict[str, list[float]]) -> list[str]:
    return [name, microseconds(min(times)), f"{ratio_of(times, found[str(RULES[0])]):.2f}"]
