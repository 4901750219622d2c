"""Spoils everything around a gate under load, and prints what came of it: `python -m bench.chaos --help`.

The exit code is 1 if anything was admitted that must not be, refused without cause, or not answered. With the same
seed the same faults come in the same order.
"""

import json
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from bench.machine import summary
from tests.chaos.tally import SETTLE_SECONDS
from tests.chaos.trial import Course, Plan, run

FAULTS_A_MINUTE = 75
"""As many as there are in a minute of bursts and calms."""

SHOWN = 20
"""So many failures are shown."""


@click.command()
@click.option("--seed", default=1, help="Decides which faults come when.")
@click.option("--faults", default=1000, help="How many.")
@click.option("--minutes", default=0.0, help="About how long, in place of a number of faults.")
@click.option("--images", default=60, help="Images of each kind; a gate remembers some two thousand answers.")
@click.option("--pause", default=0.05, help="Seconds between two reviews of each of the eight clients.")
@click.option("--output", type=click.Path(path_type=Path), help="A file for the figures as JSON.")
def main(*, seed: int, faults: int, minutes: float, output: Path | None, **more: Any) -> None:
    """Carry one plan out."""
    wanted = round(minutes * FAULTS_A_MINUTE) if minutes else faults
    with tempfile.TemporaryDirectory() as folder:
        course = run(Plan(seed=seed, faults=wanted, **more), Path(folder))
    figures = _figures(course)
    click.echo(_table(figures))
    if output:
        output.write_text(json.dumps(figures | {"failures": course.tally.failures}, indent=1), encoding="utf-8")
    for failure in course.tally.failures[:SHOWN]:
        click.echo(failure, err=True)
    sys.exit(bool(course.tally.failures))


def _figures(course: Course) -> dict[str, Any]:
    """Return what is shown, by name."""
    tally, kinds = course.tally, course.tally.windows.kinds
    grown = {name: course.growth(place) for place, name in enumerate(("memory, KiB", "threads", "descriptors"))}
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": summary(),
        "seed": course.plan.seed,
        "faults": sum(kinds.values()),
        "kinds of faults": len(kinds),
        "temporary folder": "tmpfs, filled to the last byte" if course.mounted else "not mounted: it was not filled",
        "reviews": tally.asked,
        "reviews while nothing was wrong": tally.calm,
        "connections": course.dials,
        "wrong allows": len(tally.wrong_allows),
        f"wrong denials, {SETTLE_SECONDS:g} s after faults and later": len(tally.wrong_denials),
        "unanswered": len(tally.unanswered),
        "in flight on workers that were killed": tally.cut_off,
        "connections broken by workers without descriptors": tally.starved,
        "good images refused in windows of faults": tally.denied_in_windows,
        "slowest answer, s": round(tally.longest, 1),
        **{f"{name}, first and last third": f"{first:,.0f}, {last:,.0f}" for name, (first, last) in grown.items()},
        "seconds": round(course.seconds),
        "by kind": ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
    }


def _table(figures: dict[str, Any]) -> str:
    shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in figures.items()}
    rows = [f"| {name} | {value} |" for name, value in shown.items()]
    return "\n".join(["| what | figure |", "| :-- | --: |", *rows])


if __name__ == "__main__":
    main()
