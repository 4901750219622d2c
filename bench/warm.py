"""Part a: the gate beside Go's webhook and beside servers whose application does nothing, asked what they remember."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from bench.documents import SHAPES, USUAL, Shape, review_of
from bench.figures import Better, Figure, median_of, ratio_of
from bench.loading import Load, Measured
from bench.machine import memory_bytes
from bench.rendering import microseconds, milliseconds, table
from bench.servers import Place, Server
from bench.toolchain import WEBHOOK_V1
from tests.service.registry import App, registry

GATE, GO, GO_V1, NULL, SERVER = "gate", "go", "go v1", "null", "server"

IDLE = (NULL, SERVER)
"""Those that do nothing answer all alike."""

UNSATURATED_RATE = 200.0
UNSATURATED_CONNECTIONS = 8

COLUMNS = (
    "review", "connections", "server", "requests/s", "p50, ms", "p99, ms", "CPU, us", "throughput/Go", "CPU/Go",
    "throughput/Go v1",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One load: a review, so many connections, and how many requests in a second; 0: as many as are answered."""

    shape: Shape
    connections: int
    rate: float = 0.0

    @property
    def name(self) -> str:
        """What figures call it."""
        load = f"{self.rate:g}/s" if self.rate else f"c{self.connections}"
        return f"{self.shape.name} {load}"


Found = Mapping[str, Sequence[Measured]]
"""What each round measured, by server."""


@dataclass(frozen=True, slots=True)
class Warm:
    """The servers, and the reviews in files."""

    servers: Mapping[str, Server]
    bodies: Mapping[Shape, Path]
    load: Load

    def measure(self, cell: Cell, number: int) -> Found:
        """Ask all servers in turns, so many times."""
        found: dict[str, list[Measured]] = {name: [] for name in self.servers}
        for turn in range(number):
            for name in list(self.servers) if turn % 2 == 0 else reversed(list(self.servers)):
                found[name].append(self._ask(name, cell))
        return found

    def _ask(self, name: str, cell: Cell) -> Measured:
        body = self.bodies[cell.shape]
        return self.load.ask(self.servers[name], body, cell.connections, rate=cell.rate, echo=name not in IDLE)


@contextmanager
def servers(place: Place, load: Load) -> Iterator[Warm]:
    """Run all of them, with images that they remember."""
    with registry() as world, ExitStack() as stack:
        apps = world.apps(max(shape.containers for shape in SHAPES))
        running = {
            GATE: stack.enter_context(place.gate(world)),
            GO: stack.enter_context(place.go(apps)),
            GO_V1: stack.enter_context(place.go(apps, WEBHOOK_V1)),
            NULL: stack.enter_context(place.null()),
            SERVER: stack.enter_context(place.server()),
        }
        yield Warm(running, {shape: _written(place.folder, shape, apps) for shape in SHAPES}, load)


def _written(folder: Path, shape: Shape, apps: Sequence[App]) -> Path:
    file = folder / f"{shape.name}.json"
    file.write_bytes(review_of(shape, apps))
    return file


def cells(connections: Sequence[int]) -> Iterator[Cell]:
    """Yield every load that is measured."""
    yield from (Cell(shape, number) for shape in SHAPES for number in connections)
    yield Cell(USUAL, UNSATURATED_CONNECTIONS, UNSATURATED_RATE)


def figures(cell: Cell, found: Found) -> Iterator[tuple[str, Figure]]:
    """Yield the ratios of one load."""
    gate = found[GATE]
    for other in (GO, GO_V1, NULL):
        beside = found[other]
        against = f"{cell.name} {{}} {GATE}/{other}"
        if not cell.rate:
            value = ratio_of([one.throughput for one in gate], [one.throughput for one in beside])
            yield against.format("throughput"), Figure(value=value, better=Better.MORE)
            value = ratio_of([one.cpu for one in gate], [one.cpu for one in beside])
            yield against.format("CPU"), Figure(value=value, better=Better.LESS)
        for name in ("p50", "p99"):
            value = ratio_of([getattr(one.run, name) for one in gate], [getattr(one.run, name) for one in beside])
            yield against.format(name), Figure(value=value, better=Better.LESS, steady=False)


def rows(cell: Cell, found: Found) -> Iterator[Sequence[str]]:
    """Yield the lines of one load, one for each server."""
    for name, measured in found.items():
        throughput = [one.throughput for one in measured]
        yield [
            cell.shape.name,
            f"{cell.connections}" + (f" at {cell.rate:g}/s" if cell.rate else ""),
            name,
            f"{median_of(throughput):,.0f}",
            milliseconds(median_of([one.run.p50 for one in measured])),
            milliseconds(median_of([one.run.p99 for one in measured])),
            microseconds(median_of([one.cpu for one in measured])),
            f"{ratio_of(throughput, [one.throughput for one in found[GO]]):.2f}",
            f"{ratio_of([one.cpu for one in measured], [one.cpu for one in found[GO]]):.2f}",
            f"{ratio_of(throughput, [one.throughput for one in found[GO_V1]]):.2f}",
        ]


def run(place: Place, load: Load, number: int, connections: Sequence[int]) -> tuple[dict[str, Figure], str]:
    """Measure all loads, and return the figures and the table."""
    found: dict[str, Figure] = {}
    lines: list[Sequence[str]] = []
    with servers(place, load) as warm:
        for cell in cells(connections):
            measured = warm.measure(cell, number)
            found |= dict(figures(cell, measured))
            lines += rows(cell, measured)
            click.echo(f"  {cell.name}", err=True)
        memory = {name: memory_bytes(server.worker) for name, server in warm.servers.items()}
    found["memory of a worker gate/go"] = Figure(value=memory[GATE] / memory[GO], better=Better.LESS)
    shown = ", ".join(f"{name} {size / 2**20:.0f}" for name, size in memory.items())
    return found, f"{table(COLUMNS, lines)}\n\nProportional set size of a worker, MiB: {shown}."
