"""Probes, and reviews that need no look-up, while every look-up hangs."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.builders import PINNED, pod, review
from tests.certificates import Authority
from tests.gates import Answer, Gate, Setup, gate
from tests.processes import eventually
from tests.service.registry import Registry
from webhook.emulator.faults import Hang

THREADS = 4


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with few threads."""
    setup = Setup(registry=world.url, server={"threads": THREADS})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def ask(server: Gate, document: dict[str, object]) -> Answer:
    """Send a review that has four seconds."""
    return server.post(json.dumps(document).encode(), "/validate?timeout=4s")


def test_probes_are_answered_while_reviews_hang(server: Gate, world: Registry) -> None:
    """With more reviews than threads waiting for a registry that hangs, probes and deletions are answered at once."""
    documents = [world.app().review() for _ in range(4 * THREADS)]
    deletion = review(None, old=pod(PINNED), operation="DELETE")
    world.emulator.faults.add(Hang(path="*/container-registry/*"))
    with ThreadPoolExecutor(len(documents)) as clients:
        waiting = [clients.submit(ask, server, document) for document in documents]
        eventually(lambda: world.emulator.calls.open >= THREADS - 1)
        assert server.probe("/healthz").document == {"healthy": True}
        assert server.probe("/readyz").status == 200
        assert ask(server, deletion).response["allowed"] is True
        assert not all(answer.done() for answer in waiting), "some still wait: nobody was held up by them"
        answers = [answer.result() for answer in waiting]
    world.emulator.faults.clear()
    for answer in answers:
        if answer.status == 503:  # turned away with nothing begun; the API server calls again
            assert answer.headers["Retry-After"] == "1"
        else:
            assert answer.response["allowed"] is False
    assert any(answer.status == 200 for answer in answers)
    eventually(lambda: server.post(json.dumps(world.app().review()).encode()).response["allowed"])
