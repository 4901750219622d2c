"""Rotates certificates and restarts replicas under load, and prints what became of it: `python -m bench.soak --help`.

The exit code is 1 if any admission failed or was wrong.
"""

import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from tests.certificates import Authority
from tests.proofs import Proof
from tests.rolling import REPLICAS, Rolling, roll_before_clients
from tests.rotating import Rotating, rotate_before_clients
from tests.service.registry import Registry, registry

Trial = Callable[[Registry, Authority, Path], Proof]

COLUMNS = ("date", "trial", "changes", "admissions", "connections", "failed", "wrong", "not taken up", "seconds")

SHOWN = 20
"""So many failures are shown of each trial."""


@click.command()
@click.option("--rotations", default=200, help="Rotations of the certificate.")
@click.option("--seconds", default=60.0, help="In which they take place.")
@click.option("--rolls", default=20, help="Rolling restarts of all replicas.")
@click.option("--admissions", default=50_000, help="Admissions during these, at least.")
@click.option("--drain", default="10s", help="How long each replica goes on answering.")
@click.option("--lag", default=2.0, help="Seconds until nodes know that a replica ends.")
@click.option("--only", default="", help="Only trials with this text in their names.")
def main(*, rotations: int, seconds: float, rolls: int, admissions: int, drain: str, lag: float, only: str) -> None:
    """Try both before clients that behave like API servers, and before a real one if its programs are here."""
    rotating = Rotating(rotations=rotations, seconds=seconds)
    rolling = Rolling(restarts=rolls * REPLICAS, requests=admissions, drain=drain, lag=lag)
    click.echo(f"{_machine()}\n")
    click.echo(_row(COLUMNS))
    click.echo(_row(["--:"] * len(COLUMNS)))
    bad = 0
    for name, trial in _trials(rotating, rolling):
        if only in name:
            proof = _tried(trial)
            click.echo(_row(_cells(name, proof)))
            for failure in proof.failures[:SHOWN]:
                click.echo(failure, err=True)
            bad += len(proof.failures)
    sys.exit(bool(bad))


def _trials(rotating: Rotating, rolling: Rolling) -> Iterator[tuple[str, Trial]]:
    yield "T-CERT, clients", lambda *place: rotate_before_clients(*place, rotating)
    yield "T-ROLL, clients", lambda *place: roll_before_clients(*place, rolling)


def _tried(trial: Trial) -> Proof:
    with tempfile.TemporaryDirectory() as folder, registry() as world:
        return trial(world, Authority(), Path(folder))


def _machine() -> str:
    cores, python = len(os.sched_getaffinity(0)), platform.python_version()
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {python}, gunicorn {version('gunicorn')}"


def _cells(name: str, proof: Proof) -> list[str]:
    tally = proof.tally
    opened = "" if proof.connections is None else f"{proof.connections:,}"
    return [
        f"{datetime.now(UTC):%Y-%m-%d}",
        f"{name}: {proof.trial}",
        proof.changes,
        f"{tally.requests:,}",
        opened + (f", {len(proof.broken)} broken" if proof.broken else ""),
        str(len(tally.failed)),
        str(len(tally.wrong)),
        str(len(proof.unsettled)),
        f"{proof.seconds:.0f}",
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
