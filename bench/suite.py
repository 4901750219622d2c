"""Measures what the gate costs, as ratios: `python -m bench.suite --help`.

Each part is a module of its own. What they find goes into a table in Markdown and a file in JSON, and is compared with
a baseline where that is asked for.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from bench import cluster, cold, crowd, hanging, layers, policies, tables, warm
from bench.figures import Figure, worse
from bench.loading import Load
from bench.machine import facts
from bench.rendering import changes
from bench.servers import Place
from bench.toolchain import built, go_version
from tests.certificates import Authority

BASELINE = Path(__file__).parent / "baseline.json"

RESULTS = Path("build/bench/results")
"""Without its suffix: `.md` and `.json`."""

TOLERANCE = 0.1
"""A steady figure that is worse by more is a regression."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    seconds: float
    """Of each load on each server in each round."""
    rounds: int
    connections: tuple[int, ...]
    tables: tuple[int, ...]
    pods: int
    """Created through an API server, in each round."""


FULL = Effort(1.2, 5, (1, 4, 16, 64), (1_000, 10_000, 100_000, 1_000_000), 60)
QUICK = Effort(0.6, 3, (1, 16), (1_000, 10_000), 30)

Part = tuple[dict[str, Figure], str]
"""What a part finds, and its table."""


@click.command()
@click.option("--quick", is_flag=True, help="Measure less: about three minutes.")
@click.option("--only", default="", help="Parts to measure, with commas; all of them where nothing is said.")
@click.option("--compare", is_flag=True, help="Compare with the baseline; the exit code is 1 if anything is worse.")
@click.option("--save", is_flag=True, help="Make what is found the baseline, and keep the rest of it.")
def main(*, quick: bool, only: str, compare: bool, save: bool) -> None:
    """Measure the gate beside Go's webhook and beside an application that does nothing."""
    effort = QUICK if quick else FULL
    found: dict[str, Figure] = {}
    shown: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in parts(Path(folder), effort):
            if not only or name in only.split(","):
                click.echo(f"{datetime.now(UTC):%H:%M:%S} {name}", err=True)
                figures, text = measure()
                found |= figures
                shown.append(f"## {name}\n\n{text}\n")
    written(found, shown, quick=quick)
    if compare:
        _compare(found)
    if save:
        document = msgspec.json.encode({**_baseline(), **found}, order="sorted")
        BASELINE.write_bytes(msgspec.json.format(document, indent=1) + b"\n")


def parts(folder: Path, effort: Effort) -> Iterator[tuple[str, Callable[[], Part]]]:
    """Yield every part, by its name."""
    place = Place(folder, built(), Authority())
    load = Load(programs=place.programs, trust=place.trust, seconds=effort.seconds)
    yield "warm", lambda: warm.run(place, load, effort.rounds, effort.connections)
    yield "cold", lambda: cold.run(place, effort.rounds)
    yield "tables", lambda: tables.run(effort.tables)
    yield "policies", lambda: policies.run(folder, effort.rounds)
    yield "layers", lambda: layers.run(place, load, effort.rounds)
    yield "hanging", lambda: hanging.run(place, load, effort.rounds)
    yield "crowd", lambda: crowd.run(place, load)
    yield "cluster", lambda: cluster.run(place, effort.rounds, effort.pods)


def written(found: Mapping[str, Figure], shown: list[str], *, quick: bool) -> None:
    """Write what was found, and print the tables."""
    machine: dict[str, Any] = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "quick": quick, "go": go_version(), **facts()}
    heading = ", ".join(f"{name} {value}" for name, value in machine.items())
    text = "\n".join([f"{heading}\n", *shown])
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.with_suffix(".md").write_text(text)
    results = {"machine": machine, "figures": found}
    RESULTS.with_suffix(".json").write_bytes(msgspec.json.format(msgspec.json.encode(results), indent=1) + b"\n")
    click.echo(text)


def _baseline() -> dict[str, Figure]:
    return msgspec.json.decode(BASELINE.read_bytes(), type=dict[str, Figure]) if BASELINE.exists() else {}


def _compare(found: Mapping[str, Figure]) -> None:
    lost = worse(_baseline(), found, TOLERANCE)
    click.echo(changes(lost, TOLERANCE))
    if lost:
        sys.exit(1)


if __name__ == "__main__":
    main()
