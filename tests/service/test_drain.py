"""How a gate leaves: nobody who still comes to it is turned away, and nobody is left without an answer."""

import json
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Answer, Gate, Setup, gate, post
from tests.processes import Document, eventually
from tests.service.registry import Registry, uid_of
from webhook.emulator.faults import Latency


@pytest.fixture
def server(world: Registry, authority: Authority, folder: Path) -> Iterator[Gate]:
    """A gate of two processes that drains for two seconds."""
    with gate(folder, authority, Setup(registry=world.url, server={"drain": "2s", "workers": 2})) as running:
        yield running


def stop(server: Gate) -> None:
    """Tell the gate to stop, and wait until it knows."""
    server.process.signal(signal.SIGTERM)
    eventually(lambda: server.probe("/readyz").status == 503)


def closing_answer(answer: Answer) -> None:
    """Claim that a review was judged, and that the client was told to go elsewhere with the next one."""
    assert answer.response["allowed"] is True
    assert answer.headers["Connection"].lower() == "close"


def test_requests_during_the_drain(server: Gate, world: Registry) -> None:
    """Reviews on kept and on new connections are answered with `Connection: close`, and readiness is gone."""
    body = json.dumps(world.app().review()).encode()
    with closing(server.connect()) as kept:
        answer = post(kept, body)
        assert answer.response["allowed"] is True
        assert answer.headers.get("Connection", "keep-alive") == "keep-alive"
        assert server.probe("/readyz").status == 200
        stop(server)
        closing_answer(post(kept, body))
    closing_answer(server.post(body))
    ready = server.probe("/readyz")
    assert (ready.status, ready.document["checks"]["serving"]) == (503, "draining")
    assert server.probe("/healthz").status == 200
    assert server.process.wait() == 0


def test_request_in_flight_is_answered(server: Gate, world: Registry) -> None:
    """A review that takes longer than the drain is answered before the process ends."""
    document = world.app().review()
    world.emulator.faults.add(Latency(seconds=3, path="*/scans/*"))
    found: list[Document] = []
    waiting = threading.Thread(target=lambda: found.append(server.judge(document)))
    waiting.start()
    eventually(lambda: world.emulator.calls.open > 0)
    stop(server)
    waiting.join()
    world.emulator.faults.clear()
    assert server.process.wait() == 0
    assert [(response["uid"], response["allowed"]) for response in found] == [(uid_of(document), True)]
    assert server.record(uid_of(document))["allowed"] is True


def test_connection_of_an_old_promise(server: Gate, world: Registry) -> None:
    """A connection whose answer was begun before the drain is told that it is kept, and so it is for one more review,
    although others that came meanwhile were told otherwise."""
    slow, quick = world.app().review(), world.app().review()
    assert server.judge(quick)["allowed"]
    world.emulator.faults.add(Latency(seconds=0.7, path="*/scans/*"))
    with closing(server.connect()) as kept, ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(post, kept, json.dumps(slow).encode())
        eventually(lambda: world.emulator.calls.open > 0)
        stop(server)
        for _ in range(10):  # so that either process has told somebody
            closing_answer(server.post(json.dumps(quick).encode()))
        answer = waiting.result()
        assert answer.headers.get("Connection", "keep-alive") == "keep-alive"
        world.emulator.faults.clear()
        time.sleep(0.3)  # time enough to close it
        closing_answer(post(kept, json.dumps(quick).encode()))
    assert server.process.wait() == 0


def test_everybody_is_served_to_the_end(server: Gate, world: Registry) -> None:
    """From the signal to the end of the drain each new connection gets its answer; a second signal changes nothing."""
    body = json.dumps(world.app().review()).encode()
    stop(server)
    begun = time.monotonic()
    server.process.signal(signal.SIGTERM)
    while time.monotonic() - begun < 1.0:
        closing_answer(server.post(body))
    assert server.process.wait() == 0


def test_quick_end(server: Gate, world: Registry) -> None:
    """Ctrl-C ends the gate without a drain."""
    assert server.judge(world.app().review())["allowed"]
    server.process.signal(signal.SIGINT)
    assert server.process.wait() == 0
    assert not any(line["message"].startswith("draining") for line in server.process.log.documents())
