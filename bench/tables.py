"""Part c: lookup tables by their size. `bench.table` measures them, and prints more of them."""

from collections.abc import Sequence
from pathlib import Path

from bench.figures import Better, Figure
from bench.table import costs, report

SCRATCH = Path("/dev/shm")  # noqa: S108 - tables are written and compiled in memory, as in a pod


def run(sizes: Sequence[int]) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table."""
    found = list(costs(sizes, SCRATCH))
    by_way = {(size, way): cost for size, way, cost in found}
    figures: dict[str, Figure] = {}
    for size in sizes:
        gate, plain = by_way[size, "gate"], by_way[size, "dict"]
        value = (gate.private + gate.shared) / (plain.private + plain.shared)
        figures[f"table of {size:,} memory gate/dict"] = Figure(value=value, better=Better.LESS)
    smallest, largest = by_way[min(sizes), "gate"], by_way[max(sizes), "gate"]
    name = f"table look-up {max(sizes):,}/{min(sizes):,}"
    figures[name] = Figure(value=largest.lookup / smallest.lookup, better=Better.LESS, steady=False)
    return figures, "\n".join(report(found))
