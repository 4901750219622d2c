"""Rotates certificates and restarts replicas under load, and prints what became of it: `python -m bench.soak --help`.

The exit code is 1 if any admission failed or was wrong.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from bench.machine import summary
from tests.certificates import Authority
from tests.e2e.apiserver import api_server
from tests.e2e.programs import binaries
from tests.e2e.trials import Place, roll_in_cluster, rotate_in_cluster
from tests.proofs import Proof
from tests.rolling import REPLICAS, Rolling, roll_before_clients
from tests.rotating import Rotating, rotate_before_clients
from tests.service.registry import Registry, registry

Trial = Callable[[Registry, Path], Proof]

COLUMNS = (
    "date",
    "trial",
    "changes",
    "admissions",
    "connections",
    "broken",
    "failed",
    "wrong",
    "not taken up",
    "seconds",
)

ROTATION_SECONDS = 0.3
"""A rotation begins so often: 200 in a minute."""

DRAIN = "10s"
"""The default of the gate."""

LAG_SECONDS = 2.0
"""After so long the last node has learnt that a replica is about to end."""

SHOWN = 20
"""So many failures are shown of each trial."""


@click.command()
@click.option("--rotations", default=200, help="Rotations of the certificate.")
@click.option("--rolls", default=20, help="Rolling restarts of all replicas.")
@click.option("--admissions", default=50_000, help="Admissions during these, at least.")
@click.option("--only", default="", help="Only trials with this text in their names.")
def main(*, rotations: int, rolls: int, admissions: int, only: str) -> None:
    """Try both before clients that behave like API servers, and before a real one if its programs are here."""
    rotating = Rotating(rotations=rotations, seconds=ROTATION_SECONDS * rotations)
    rolling = Rolling(restarts=rolls * REPLICAS, requests=admissions, drain=DRAIN, lag=LAG_SECONDS)
    click.echo(f"{summary()}\n")
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
    yield (
        "rotations, Go-like clients",
        lambda world, folder: rotate_before_clients(world, Authority(), folder, rotating),
    )
    yield "restarts, Go-like clients", lambda world, folder: roll_before_clients(world, Authority(), folder, rolling)
    if (programs := binaries()) is None:
        click.echo("NOT TRIED WITH KUBERNETES: there are no etcd and kube-apiserver", err=True)
        return
    yield (
        "rotations, kube-apiserver",
        lambda world, folder: _in_cluster(programs, world, folder, lambda place: rotate_in_cluster(place, rotating)),
    )
    yield (
        "restarts, kube-apiserver",
        lambda world, folder: _in_cluster(programs, world, folder, lambda place: roll_in_cluster(place, rolling)),
    )


def _tried(trial: Trial) -> Proof:
    with tempfile.TemporaryDirectory() as folder, registry() as world:
        return trial(world, Path(folder))


def _in_cluster(programs: Path, world: Registry, folder: Path, trial: Callable[[Place], Proof]) -> Proof:
    """Try it in a cluster of its own."""
    home = folder / "cluster"
    home.mkdir()
    with api_server(home, programs) as cluster:
        cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "soak"}})
        return trial(Place(cluster, "soak", world, folder))


def _cells(name: str, proof: Proof) -> list[str]:
    tally = proof.tally
    return [
        f"{datetime.now(UTC):%Y-%m-%d}",
        name,
        proof.changes,
        f"{tally.requests:,}",
        f"{proof.connections:,}",
        str(len(proof.broken)),
        str(len(tally.failed)),
        str(len(tally.wrong)),
        str(len(proof.unsettled)),
        f"{proof.seconds:.0f}",
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
