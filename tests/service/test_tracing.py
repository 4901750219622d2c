"""A gate that traces, as a process: from its caller to the registry and the collector, and to its end."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.collector import Listening, collector, hanging
from tests.gates import gate
from tests.service.registry import Registry, new_app
from tests.traces import PARENT, TRACE, ask, tracing
from webhook.adapters.server import GRACEFUL_SECONDS
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world
from webhook.wiring.clock import now

APP = new_app()

EAGER_SECONDS = 1.0
"""After so long spans are delivered that wait."""


@pytest.fixture
def listening() -> Listening:
    """A registry with one image, which keeps what it hears."""
    return Listening(parse_world({"images": [APP.section()]}, now=now()), now=now)


@pytest.fixture
def registry_url(listening: Listening) -> Iterator[str]:
    """Where it is."""
    with serve(listening) as running:
        yield running.url


def told(listening: Listening) -> dict[str, str | None]:
    """Return the `traceparent` of what the registry was asked, by path."""
    return {path: headers.get("traceparent") for path, headers in listening.heard}


def test_a_review_is_traced_from_its_caller_to_the_registry(
    listening: Listening, registry_url: str, authority: Authority, tmp_path: Path
) -> None:
    """Its span lies below the caller's, each call below that, and the registry is told of the call, and no other."""
    with collector() as collected:
        with gate(tmp_path, authority, tracing(registry_url, collected.url)) as running:
            ask(running, APP)
        [review] = collected.reviews
        calls = {span.name: span for span in collected.spans if span is not review and span.name != review.name}
    assert (review.trace_id.hex(), review.parent_span_id.hex()) == (TRACE, PARENT)
    assert {"scangate.decision", "scangate.reason", "scangate.mode"} <= {each.key for each in review.attributes}
    assert {span.parent_span_id for span in calls.values()} == {review.span_id}

    heard = told(listening)
    scan = f"/container-registry/v1/scans/{APP.scan_id}"
    assert heard[scan] == f"00-{TRACE}-{calls['Scanner.Get'].span_id.hex()}-01"
    assert [headers["tracestate"] for path, headers in listening.heard if path == scan] == ["shop=1"]
    assert {heard[path] for path in heard if path.startswith("/endpoints/")} == {None}


def test_the_registry_is_told_of_no_review_that_is_not_traced(
    listening: Listening, registry_url: str, authority: Authority, tmp_path: Path
) -> None:
    """Neither where the caller says no, nor where the gate does not trace at all."""
    with collector() as collected:
        for folder, url in (("a", collected.url), ("b", None)):
            (tmp_path / folder).mkdir()
            with gate(tmp_path / folder, authority, tracing(registry_url, url)) as running:
                ask(running, APP, flags="00" if url else "01")
        assert collected.spans == []
    assert any("/scans/" in path for path in told(listening))
    assert set(told(listening).values()) == {None}
    assert not any("tracestate" in headers for _, headers in listening.heard)


@pytest.mark.parametrize("worker", ["admission", "gthread"])
def test_a_gate_that_is_stopped_delivers_what_it_has(
    world: Registry, authority: Authority, tmp_path: Path, worker: str
) -> None:
    """The last reviews are in the traces, too."""
    with collector() as collected:
        started = tracing(world.url, collected.url, server={"worker": worker})
        with gate(tmp_path, authority, started) as running:
            ask(running, world.app())
            running.process.signal(signal.SIGTERM)
            assert running.process.wait() == 0
        assert len(collected.reviews) == 1


def test_a_gate_that_is_stopped_does_not_wait_for_a_collector_that_hangs(
    world: Registry, authority: Authority, tmp_path: Path
) -> None:
    """Reviews are answered meanwhile, and the process ends by itself, long before it would be killed."""
    with hanging() as url, gate(tmp_path, authority, tracing(world.url, url)) as running:
        for _ in range(3):
            ask(running, world.app())
        time.sleep(EAGER_SECONDS)  # so that a delivery hangs already
        begun = time.monotonic()
        running.process.signal(signal.SIGTERM)
        assert running.process.wait() == 0
        assert time.monotonic() - begun < GRACEFUL_SECONDS / 2


def test_reviews_need_no_collector(world: Registry, authority: Authority, tmp_path: Path) -> None:
    """They are answered while there is none."""
    with gate(tmp_path, authority, tracing(world.url, "http://127.0.0.1:1")) as running:
        ask(running, world.app())
        running.process.log.first(lambda line: "Failed to export" in line["message"])
