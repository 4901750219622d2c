"""Part b: reviews of images that nobody has asked for, before a registry that takes 20 ms for each answer."""

import time
from contextlib import closing

import click

from bench.documents import Shape, review_of
from bench.figures import Better, Figure, ratio_of
from bench.rendering import milliseconds, table
from bench.servers import Place, Server
from tests.gates import post
from tests.service.registry import Registry, registry
from webhook.core.workloads import POD
from webhook.emulator.fault_text import parse_fault

LATENCY_SECONDS = 0.02

SLOW = parse_fault(f"latency:{LATENCY_SECONDS}")

IMAGES = (1, 5, 10, 20, 50)

COLUMNS = ("images", "review, ms", "in answers of the registry", "ratio to 1")


def run(place: Place, number: int) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table."""
    times: dict[int, list[float]] = {images: [] for images in IMAGES}
    with registry() as world, place.gate(world) as gate:
        for _ in range(number):
            for images, found in times.items():
                found.append(_timed(place, gate, world, images))
    return figures(times), table(COLUMNS, [_row(images, times) for images in IMAGES])


def _timed(place: Place, gate: Server, world: Registry, images: int) -> float:
    """Return the seconds of one review of so many new images, over a connection that is there already."""
    shape = Shape(name="cold", kind=POD, containers=images, variables=2)
    body = review_of(shape, world.apps(images))
    world.emulator.faults.replace([SLOW])  # a world that is changed is quick again
    with closing(gate.connected(place.authority)) as connection:
        begun = time.perf_counter()
        answer = post(connection, body)
        seconds = time.perf_counter() - begun
    if not answer.response["allowed"]:
        raise click.ClickException(f"refused: {answer.body.decode()}")
    return seconds


def figures(times: dict[int, list[float]]) -> dict[str, Figure]:
    """Return the time of many images as that of one."""
    return {
        f"cold {images} images/1": Figure(value=ratio_of(times[images], times[1]), better=Better.LESS, steady=False)
        for images in IMAGES[1:]
    }


def _row(images: int, times: dict[int, list[float]]) -> list[str]:
    seconds = min(times[images])
    return [
        str(images),
        milliseconds(seconds),
        f"{seconds / LATENCY_SECONDS:.1f}",
        f"{ratio_of(times[images], times[1]):.2f}",
    ]
