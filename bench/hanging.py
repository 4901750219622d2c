"""Part g: reviews from memory while eight others hang on a registry that does not answer."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

from bench.documents import USUAL, review_of
from bench.figures import Better, Figure, median_of, ratio_of, rounds
from bench.loading import Load
from bench.rendering import milliseconds, table
from bench.servers import Place, Server
from tests.gates import post
from tests.service.registry import Registry, registry
from webhook.emulator.fault_text import parse_fault

HUNG = 8

CONNECTIONS = 4

HANG = parse_fault("hang")

COLUMNS = ("look-ups that hang", "p99 of reviews from memory, ms", "ratio")


def run(place: Place, load: Load, number: int) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table."""
    with registry() as world, place.gate(world) as gate:
        body = place.folder / "hanging.json"
        body.write_bytes(review_of(USUAL, world.apps(USUAL.containers)))
        load.ask(gate, body, 1)
        found = rounds(
            number,
            {
                "0": lambda: load.ask(gate, body, CONNECTIONS).run.p99,
                str(HUNG): partial(_hung, place, load, gate, world),
            },
        )
    ratio = ratio_of(found[str(HUNG)], found["0"])
    rows = [
        [name, milliseconds(median_of(times)), f"{ratio_of(times, found['0']):.2f}"] for name, times in found.items()
    ]
    return {"p99 while look-ups hang/quiet": Figure(value=ratio, better=Better.LESS, steady=False)}, table(
        COLUMNS, rows
    )


def _hung(place: Place, load: Load, gate: Server, world: Registry) -> float:
    with _hanging(place, gate, world):
        return load.ask(gate, place.folder / "hanging.json", CONNECTIONS).run.p99


@contextmanager
def _hanging(place: Place, gate: Server, world: Registry) -> Iterator[None]:
    """Have reviews of new images hang as long as the context lasts."""
    bodies = [review_of(USUAL, world.apps(USUAL.containers)) for _ in range(HUNG)]
    world.emulator.faults.replace([HANG])

    def ask(body: bytes) -> None:
        with closing(gate.connected(place.authority)) as connection:
            post(connection, body)

    with ThreadPoolExecutor(HUNG) as threads:
        asked = [threads.submit(ask, body) for body in bodies]
        try:
            yield
        finally:
            world.emulator.faults.clear()
            for one in asked:
                one.result()
