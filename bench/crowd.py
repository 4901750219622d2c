"""Part h: ten thousand reviews, asked by two hundred and by five hundred callers at the same time."""

import subprocess

import click
import msgspec

from bench.documents import USUAL, review_of
from bench.figures import Figure
from bench.loading import Load
from bench.machine import cores, pinned
from bench.rendering import table
from bench.servers import Place, Server
from tests.service.registry import registry

CALLERS = (200, 500)

REQUESTS = 10_000

COLUMNS = ("callers", "worker", "requests", "failed", "told to come again", "connections", "seconds")

WORKERS = ("admission", "gthread")
"""The one that serves where nothing is said, and gunicorn's own beside it."""


class Crowd(msgspec.Struct, frozen=True):
    """What the client says."""

    requests: int
    failed: int
    first: str
    """The first failure."""
    connections: int
    """Opened in all."""
    again: int
    """Calls that were told to come again, and did, as an API server does."""
    seconds: float


def run(place: Place, load: Load) -> tuple[dict[str, Figure], str]:
    """Ask, and return the table: there is no ratio in it.

    Raises:
        click.ClickException: a request failed on the worker that is the default.
    """
    rows: list[tuple[str, ...]] = []
    with registry() as world:
        body = review_of(USUAL, world.apps(USUAL.containers))
        for worker in WORKERS:
            with place.gate(world, worker=worker) as gate:
                for callers in CALLERS:
                    found = asked(load, gate, body, callers)
                    if found.failed and worker == WORKERS[0]:
                        raise click.ClickException(
                            f"{found.failed} of {callers} callers' {found.requests} failed: {found.first}"
                        )
                    rows.append(_row(callers, worker, found))
    return {}, table(COLUMNS, rows)


def asked(load: Load, gate: Server, body: bytes, callers: int) -> Crowd:
    """Have so many ask."""
    file = load.programs / "crowd.json"
    file.write_bytes(body)
    flags = [str((load.programs / "crowd").absolute()), *load.flags(gate, file)]
    flags += ["-callers", str(callers), "-requests", str(REQUESTS)]
    client = pinned(flags, cores()[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, errors = client.communicate()
    if client.returncode:
        raise click.ClickException(f"the client failed: {errors.decode()}")
    return msgspec.json.decode(out, type=Crowd)


def _row(callers: int, worker: str, found: Crowd) -> tuple[str, ...]:
    numbers = (found.requests, found.failed, found.again, found.connections)
    return str(callers), worker, *(f"{number:,}" for number in numbers), f"{found.seconds:.1f}"
