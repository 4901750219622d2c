"""Measures what a replay and a report cost: `python -m bench.replay --help`.

Writes an audit log as gates do, runs the commands on it as processes of their own, and says how many lines they read
in a second of processor time, and how much memory they take at most, which must not grow with the log.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import click
import msgspec
import yaml

from tests.builders import NOW
from tests.records import line_for
from webhook.core.reasons import Reason
from webhook.core.records import render_line
from webhook.core.times import render_time

POLICY = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [
        {"name": "vendors", "action": "allow", "match": {"images": ["docker.io/**"]}},
        {"name": "shop", "match": {"namespaces": ["shop-*"]}, "limits": {"critical": 3, "low": 9}},
        {"name": "default"},
    ],
}
"""Not the one that decided: some decisions change."""

COMMANDS = ("replay", "report")

MAX_GROWTH = 1.15
"""How much more memory ten times as many lines may take: what the allocator makes of chance, and no more."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took."""

    seconds: float
    """Of a processor."""
    peak: int
    """Bytes of memory."""


def records(number: int) -> Iterator[bytes]:
    """Yield as many lines: every reason in turn, of thousands of workloads and images, over a month."""
    documents = [msgspec.json.decode(line_for(reason)) for reason in Reason if reason is not Reason.TOO_MANY_IMAGES]
    for index, document in enumerate(islice(cycle(documents), number)):
        request = document["request"]
        request["namespace"], request["name"] = f"shop-{index % 50}", f"web-{index % 70_001}"
        request["user"], request["uid"] = f"user-{index % 30_011}", f"00000000-0000-4000-8000-{index:012d}"
        document["time"] = render_time(NOW + timedelta(seconds=index % 3600))
        yield render_line(document)


def write(file: Path, number: int) -> None:
    """Write a log of *number* lines."""
    with file.open("wb") as stream:
        stream.writelines(records(number))


def policy_in(folder: Path) -> Path:
    """Write the policy, and return its file."""
    file = folder / "policy.yaml"
    file.write_text(yaml.safe_dump(POLICY), encoding="utf-8")
    return file


def measure(command: str, policy: Path, log: Path) -> Cost:
    """Run a command on a log."""
    options = ("--policy", policy) if command == "replay" else ()
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "webhook", command, *options, log],
        cwd=Path(__file__).parents[1],
        stdout=subprocess.DEVNULL,
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"scangate {command} ended with {process.returncode}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


@click.command()
@click.option("--lines", default=1_000_000, help="Lines of the log.")
def main(lines: int) -> None:
    """Compare a log with one of a tenth of its lines; exit with 1 if the memory grows."""
    grown = False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        policy, log = policy_in(folder), folder / "audit.log"
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
