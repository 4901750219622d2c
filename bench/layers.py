"""Part e: what each layer of a review from memory costs: TLS, HTTP, JSON, judging, the answer, the audit line."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from bench.desk import Behind, desk
from bench.documents import LARGE, USUAL, Shape, review_of
from bench.figures import Better, Figure, median_of, rounds
from bench.loading import Load
from bench.rendering import microseconds, table
from bench.servers import Place
from tests.service.registry import new_app, registry
from webhook.core.deadline import review_deadline
from webhook.core.reasons import Exempt
from webhook.core.records import render_line, render_record
from webhook.core.response import render_review
from webhook.core.review import parse_review

REPEATED = 100

CONNECTIONS = 4

WHOLE = "all of the gate"

COLUMNS = ("layer", *(f"{shape.name}, us" for shape in (USUAL, LARGE)))


def run(place: Place, load: Load, number: int) -> tuple[dict[str, Figure], str]:
    """Measure, and return the figures and the table."""
    with registry() as world:
        apps = world.apps(LARGE.containers)
        with desk(world, place.made("desk")) as behind:
            inside = {shape: rounds(number, layers(behind, review_of(shape, apps))) for shape in (USUAL, LARGE)}
    outside = {shape: _outside(place, load, number, shape) for shape in (USUAL, LARGE)}
    medians = {
        shape: {name: median_of(times) for name, times in (outside[shape] | inside[shape]).items()}
        for shape in (USUAL, LARGE)
    }
    rows = [[name, *(microseconds(medians[shape][name]) for shape in medians)] for name in medians[USUAL]]
    return figures(medians), table(COLUMNS, rows)


def layers(behind: Behind, body: bytes) -> dict[str, Callable[[], float]]:
    """Return what times each layer of the gate itself, and all of them together."""
    behind.answer(body)
    desk = behind.desk
    review = parse_review(body, desk.kinds, desk.aliases)
    assert not isinstance(review.task, Exempt)  # noqa: S101 - for the type checker
    task = review.task
    deadline = review_deadline(10.0, desk.clock)
    verdict = behind.gate.decide(task.workload, task.images, deadline)
    line = render_line(render_record(review, verdict, at=desk.now(), seconds=0.1))
    works: Mapping[str, Callable[[], object]] = {
        "JSON": lambda: parse_review(body, desk.kinds, desk.aliases),
        "judging": lambda: behind.gate.decide(task.workload, task.images, deadline),
        "the same of one like it": lambda: desk.gate.decide(task.workload, task.images, deadline),
        "answer": lambda: render_line(render_review(review, verdict)),
        "audit line": lambda: render_line(render_record(review, verdict, at=desk.now(), seconds=0.1)),
        "its writing": lambda: desk.emit(line),
        "metrics": lambda: desk.measure(review.request, verdict, 0.1),
        WHOLE: lambda: behind.answer(body),
    }
    return {name: partial(timed, work) for name, work in works.items()}


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of *work*, done many times."""
    begun = time.thread_time()
    for _ in range(REPEATED):
        work()
    return (time.thread_time() - begun) / REPEATED


def _outside(place: Place, load: Load, number: int, shape: Shape) -> dict[str, list[float]]:
    """Return what HTTP costs, and what TLS adds: the processor's time of a server whose application does nothing."""
    with ExitStack() as stack:
        plain = stack.enter_context(place.null(tls=False))
        secure = stack.enter_context(place.null())
        body = place.folder / f"{shape.name}.json"
        body.write_bytes(review_of(shape, [new_app()]))
        sides = {
            "HTTP": lambda: without_tls(load).ask(plain, body, CONNECTIONS, echo=False).cpu,
            "HTTP and TLS": lambda: load.ask(secure, body, CONNECTIONS, echo=False).cpu,
        }
        found = rounds(number, sides)
    both = zip(found["HTTP and TLS"], found["HTTP"], strict=True)
    return {"HTTP": found["HTTP"], "TLS": [max(0.0, secure - plain) for secure, plain in both]}


def without_tls(load: Load) -> Load:
    """Return the same load on a plain server."""
    return replace(load, trust=None)


def figures(medians: Mapping[Shape, Mapping[str, float]]) -> dict[str, Figure]:
    """Return what each layer of the gate itself takes of all of them."""
    return {
        f"{shape.name} {name}/gate": Figure(value=times[name] / times[WHOLE], better=Better.LESS, steady=False)
        for shape, times in medians.items()
        for name in times
        if name not in (WHOLE, "HTTP", "TLS")
    }
