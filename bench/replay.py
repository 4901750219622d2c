"""Measures what a replay and a report cost: `python -m bench.replay --help`.

Writes an audit log as gates do, runs the commands on it as processes of their own, and says how many lines they read
in a second of processor time, and how much memory they take at most, which must not grow with the log.
"""

import tempfile
from pathlib import Path

import click

from tests.long_logs import measure, write, write_policy

COMMANDS = ("replay", "report")

MAX_GROWTH = 1.15
"""How much more memory ten times as many lines may take: what the allocator makes of chance, and no more."""


@click.command()
@click.option("--lines", default=1_000_000, help="Lines of the log.")
def main(lines: int) -> None:
    """Compare a log with one of a tenth of its lines; exit with 1 if the memory grows."""
    grown = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policy, log = write_policy(folder), folder / "audit.log"
        for command in COMMANDS:
            costs = []
            for number in (lines // 10, lines):
                write(log, number)
                costs.append(measure(command, policy, log))
                speed, megabytes = number / costs[-1].seconds, costs[-1].peak / 2**20
                click.echo(f"{command}: {number:,} lines, {speed:,.0f} a second, {megabytes:.1f} MiB at most")
            grown = grown or costs[1].peak > costs[0].peak * MAX_GROWTH
    raise SystemExit(int(grown))


if __name__ == "__main__":
    main()
