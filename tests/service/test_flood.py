"""Far more reviews than can be judged: some are turned away at once and come again, and nothing else suffers."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.scrapes import scrape
from tests.service.registry import Registry
from webhook.emulator.faults import Latency

THREADS, QUEUE = 4, 8
CLIENTS = 10 * (THREADS + QUEUE)
FLAT_KIB = 96 * 1024
"""Less than the flood's reviews would take if all were kept."""


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with few threads and a short queue."""
    setup = Setup(registry=world.url, server={"threads": THREADS, "queue": QUEUE})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def memory_kib(server: Gate) -> int:
    """Return what all processes of the gate hold."""
    parent = server.process.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    lines = [Path(f"/proc/{pid}/status").read_text().splitlines() for pid in (str(parent), *children)]
    return sum(int(line.split()[1]) for each in lines for line in each if line.startswith("VmRSS:"))


def counted(server: Gate) -> float:
    """Return how many its metrics say were turned away, before they were read or after."""
    metrics = scrape(server)
    overloaded = metrics.total("scangate_admission_requests_total", reason="overloaded")
    return metrics.total("scangate_turned_away_total") + overloaded


def test_flood(server: Gate, world: Registry) -> None:
    """With ten times as many clients as threads and places in the queue, while look-ups take a while, every client is
    answered: with a verdict, or with 503 and when to come again. Probes are, too, and memory stays."""
    assert server.judge(world.app().review())["allowed"]
    bodies = [json.dumps(world.app().review()).encode() + b" " * 1_000_000 for _ in range(CLIENTS)]
    world.emulator.faults.add(Latency(seconds=0.3, path="*/container-registry/*"))
    before = memory_kib(server)
    over, probed = threading.Event(), []

    def probe() -> None:
        while not over.wait(0.02):
            probed.append(server.probe("/healthz").status)

    with ThreadPoolExecutor(CLIENTS + 1) as clients:
        probing = clients.submit(probe)
        answers = [each.result() for each in [clients.submit(server.post, body) for body in bodies]]
        over.set()
        probing.result()
    world.emulator.faults.clear()
    assert set(probed) == {200}
    turned_away = [answer for answer in answers if answer.status == 503]
    assert turned_away
    assert all(answer.headers["Retry-After"] == "1" for answer in turned_away)
    assert all(answer.response["allowed"] is True for answer in answers if answer not in turned_away)
    assert len(turned_away) < CLIENTS
    assert counted(server) == len(turned_away)
    assert memory_kib(server) - before < FLAT_KIB
    assert server.judge(world.app().review())["allowed"]
