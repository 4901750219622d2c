"""Hears many cases before the gate and the oracle, and prints where they disagree: `python -m bench.oracle --help`.

The exit code is 1 if they do anywhere. A seed that is printed can be tried again by itself.
"""

import sys
import time

import click

from tests.courts import Court
from tests.oracle_trials import Trials, tried

SHOWN = 20
"""So many disagreements are shown."""


@click.command()
@click.option("--seed", default=0, help="The first one.")
@click.option("--cases", default=10_000, help="Settings, each with a seed of its own and three reviews.")
def main(*, seed: int, cases: int) -> None:
    """Try one setting after the other."""
    court, trials, begun = Court(), Trials(), time.monotonic()
    for number in range(seed, seed + cases):
        tried(court, number, trials)
    seconds = time.monotonic() - begun
    click.echo(f"{trials.reviews:,} reviews in {cases:,} settings from seed {seed}, {seconds:.0f} s")
    click.echo(f"{len(trials.bypasses)} admitted that must not be, {len(trials.disagreements)} disagreements")
    for reason, count in sorted(trials.reasons.items()):
        click.echo(f"  {count:>8,}  {reason}")
    for found in (*trials.bypasses, *trials.disagreements)[:SHOWN]:
        click.echo(found, err=True)
    sys.exit(bool(trials.bypasses or trials.disagreements))


if __name__ == "__main__":
    main()
