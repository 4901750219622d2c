"""Prints what a lookup table costs by its size, as a table in Markdown: `python -m bench.table --help`.

Each line is measured in a process of its own.
"""

import multiprocessing
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import click

from bench.table_costs import WAYS, Cost, measure

COLUMNS = (
    "entries",
    "way",
    "first load, s",
    "next load, s",
    "private B/entry",
    "shared B/entry",
    "peak, MiB",
    "look-up, us",
    "review quiet, ms",
    "review in swap, ms",
    "longest, ms",
    "ratio",
)


@click.command()
@click.option("--sizes", default="1000,10000,100000,1000000", help="Numbers of entries, with commas.")
@click.option("--scratch", default="/dev/shm", type=Path, help="Where to write tables, and to compile.")  # noqa: S108
@click.option("--cores", default=0, help="Use so many cores; 0: all there are.")
def main(sizes: str, scratch: Path, cores: int) -> None:
    """Measure a lookup table of several sizes, read by every process itself and as the gate does it.

    A review is due every 2 ms. It parses 10 KB of JSON and looks up 20 digests; its time counts from when
    it was due. Quiet and swap are 99th percentiles, and ratio is the second over the first.
    """
    if cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
    count = len(os.sched_getaffinity(0))
    click.echo(f"{platform.system()} {platform.machine()}, {count} cores, Python {platform.python_version()}\n")
    for line in report(costs([int(size) for size in sizes.split(",")], scratch)):
        click.echo(line)


def costs(sizes: Sequence[int], scratch: Path) -> Iterator[tuple[int, str, Cost]]:
    """Yield what a table of each size costs, read in each way."""
    for size in sizes:
        for way in WAYS:
            yield size, way, _measured(way, size, scratch)


def report(found: Iterable[tuple[int, str, Cost]]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield _row(COLUMNS)
    yield _row(["--:"] * len(COLUMNS))
    for size, way, cost in found:
        yield _row(_cells(size, way, cost))


def _measured(way: str, size: int, scratch: Path) -> Cost:
    """Measure in a fresh process, which has no memory of what was measured before."""
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=scratch) as folder, ProcessPoolExecutor(1, mp_context=spawn) as process:
        return process.submit(measure, way, size, Path(folder)).result()


def _cells(size: int, way: str, cost: Cost) -> list[str]:
    times = (cost.load, cost.join)
    bytes_each = (cost.private, cost.shared)
    waits = (cost.quiet, cost.swap, cost.longest)
    return [
        f"{size:,}",
        way,
        *(f"{seconds:.3f}" for seconds in times),
        *(f"{each:.0f}" for each in bytes_each),
        f"{cost.peak / 2**20:.0f}",
        f"{cost.lookup * 1e6:.1f}",
        *(f"{seconds * 1e3:.2f}" for seconds in waits),
        f"{cost.swap / cost.quiet:.1f}",
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
