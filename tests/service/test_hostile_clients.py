"""Clients that hold connections and say little hold up nobody but themselves, unless gunicorn's own worker serves."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.goclient.transport import Transport
from tests.goclient.webhooks import AdmissionFailed, admit
from tests.processes import Document
from tests.service.hostile import KINDS, holding
from tests.service.registry import Registry

THREADS = 8

FEW, MANY, IDLE = 24, 400, 500
"""Hostile connections; and those of API servers that are kept for later."""

BACK_SECONDS = 6.0
"""In so long the gate serves again when many come at once."""

SECONDS, EACH_SECOND, CLIENTS = 3, 200, 8
"""The load of reviews."""

OUTAGE_SECONDS = 3.0
"""A review that is not answered in so long shows an outage."""


def running(worker: str, world: Registry, authority: Authority, factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """Run a gate with few threads."""
    setup = Setup(registry=world.url, server={"threads": THREADS, "worker": worker})
    with gate(factory.mktemp(worker), authority, setup) as served:
        yield served


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with the worker that is made for this."""
    yield from running("admission", world, authority, tmp_path_factory)


@pytest.fixture(scope="module")
def stock(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with gunicorn's own worker."""
    yield from running("gthread", world, authority, tmp_path_factory)


def new_connection(server: Gate, review: Document, seconds: float = 10.0) -> str:
    """Ask over a connection of its own, as an API server would; return why it refuses, or an empty text."""
    transport = Transport(lambda: server.port, lambda: server.trust, idle=0)
    try:
        return admit(transport, review, seconds)
    finally:
        transport.close()


@pytest.mark.parametrize("kind", KINDS)
def test_few(server: Gate, world: Registry, kind: str) -> None:
    """With 24 hostile connections, three for each thread, every probe and every review is answered all the same."""
    app = world.app()
    with holding(server, kind, FEW):
        for _ in range(20):
            assert new_connection(server, app.review()) == ""
            assert server.probe("/healthz").status == 200


@pytest.mark.parametrize("kind", KINDS)
def test_many(server: Gate, world: Registry, kind: str) -> None:
    """With 400 of them a review is answered within six seconds, and all that follow are."""
    app = world.app()
    with holding(server, kind, MANY):
        begun = time.monotonic()
        assert new_connection(server, app.review()) == ""
        assert time.monotonic() - begun < BACK_SECONDS
        for _ in range(10):
            assert new_connection(server, app.review()) == ""
            assert server.probe("/healthz").status == 200


@pytest.mark.parametrize("kind", ["one byte of TLS", "handshaken", "half a head", "half a body"])
def test_few_with_the_stock_worker(stock: Gate, world: Registry, kind: str) -> None:
    """A third of these leave gunicorn's own worker without a thread: that is why there is another one."""
    app = world.app()
    with holding(stock, kind, THREADS), pytest.raises(AdmissionFailed):
        new_connection(stock, app.review(), OUTAGE_SECONDS)


def test_idle_connections_of_api_servers(server: Gate, world: Registry) -> None:
    """With 500 connections that are handshaken and idle, each of 600 reviews, 200 in a second, is answered."""
    with holding(server, "handshaken", IDLE) as held:
        assert len(held) == IDLE
        assert load(server, world) == []


def load(server: Gate, world: Registry) -> list[str]:
    """Ask at a steady pace over connections that are kept, and return what failed."""
    app = world.app()
    transport = Transport(lambda: server.port, lambda: server.trust)
    begun, lock, numbers = time.monotonic(), threading.Lock(), iter(range(SECONDS * EACH_SECOND))
    failed = []

    def client() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            time.sleep(max(0.0, begun + number / EACH_SECOND - time.monotonic()))
            try:
                refusal = admit(transport, app.review())
            except AdmissionFailed as error:
                refusal = str(error)
            if refusal:
                failed.append(refusal)

    with ThreadPoolExecutor(CLIENTS) as pool:
        for _ in range(CLIENTS):
            pool.submit(client)
    transport.close()
    return failed


def test_bytes_now_and_then(server: Gate, world: Registry) -> None:
    """Who sends a body byte by byte is answered when its time is over, with a record, though the body is not there."""
    known = len(server.process.output.all())
    with holding(server, "half a body", 1) as held:
        said = held[0].recv(65536)
        assert said.startswith(b"HTTP/1.1 400 ")
        assert json.loads(said.partition(b"\r\n\r\n")[2])["reason"] == "BadRequest"
    assert "cut off" in server.error(known)["message"]
    assert server.judge(world.app().review())["allowed"]
