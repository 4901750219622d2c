"""Prints what the metrics cost a review: `python -m bench.metrics`.

One process answers the same review from memory, without a network, in turns with and without counting.
"""

import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from wsgiref.types import WSGIApplication

import click

from tests.builders import PINNED, SCAN_ID, annotated_pod, body, review, scan
from tests.desks import Counter
from tests.fakes import gate
from tests.situations import registry_with
from webhook.adapters.metrics.traffic import counted
from webhook.adapters.observed import Recall
from webhook.app import review_app
from webhook.desk import Desk
from webhook.wiring.metering import Metering, ledger
from webhook.wiring.running import Audience

REVIEWS = 10_000
"""On each side, in turns, so that what else the machine does falls on both."""


@click.command()
def main() -> None:
    """Compare the median time of a review with that of one without metrics."""
    metering = Metering(ledger(2), 0)
    audience = metering.audience
    desk = Counter(gate(registry_with(scan())), emit=lambda _: None).desk()
    measured = replace(desk, measure=lambda *decision: audience.decision(desk.kinds, *decision))
    plain = review_app(lambda: desk)
    counting = counted(review_app(lambda: remembering(measured, audience)), metering.meter)
    applications: tuple[WSGIApplication, WSGIApplication] = (plain, counting)
    document = body(review(annotated_pod(PINNED, SCAN_ID)))
    sides: tuple[list[float], list[float]] = ([], [])
    for _ in range(REVIEWS):
        for times, application in zip(sides, applications, strict=True):
            times.append(timed(application, document))
    without, with_metrics = map(statistics.median, sides)
    click.echo(f"Python {platform.python_version()}: a review without metrics {without * 1e6:.0f} us, ")
    click.echo(f"with metrics {with_metrics * 1e6:.0f} us, ratio {with_metrics / without:.3f}")


def remembering(desk: Desk, audience: Audience) -> Desk:
    """Count what a review asks of memory: a scan and an image."""
    for what in ("scan", "image"):
        audience.ears.ask(what, Recall.HIT)
    return desk


def timed(application: WSGIApplication, document: bytes) -> float:
    """Return the seconds of a review."""
    begun = time.perf_counter()
    answer(application, document)
    return time.perf_counter() - begun


def answer(application: WSGIApplication, document: bytes) -> None:
    """Have one review answered, as the server does it."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/validate",
        "QUERY_STRING": "timeout=10s",
        "SERVER_NAME": "gate",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(document)),
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(document),
    }
    assert b"".join(application(environ, _start))  # noqa: S101 - a measurement of nothing would be none


def _start(status: str, _headers: list[tuple[str, str]], *_error: object) -> Callable[[bytes], object]:
    if not status.startswith("200"):
        raise RuntimeError(status)
    return lambda _: None


if __name__ == "__main__":
    main()
