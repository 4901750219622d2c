"""Reviews that are large, or come slowly, or both at once."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.certificates import Authority
from tests.gates import VALIDATE, Gate, Setup, gate, received
from tests.processes import Document
from tests.service.registry import Registry

DEPLOYMENT_BYTES = 115 * 1024
LARGEST_BYTES = 7 * 1024 * 1024


@pytest.fixture(scope="module", params=["admission", "gthread"])
def server(
    world: Registry, authority: Authority, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    """A gate with either worker."""
    with gate(
        tmp_path_factory.mktemp("gate"), authority, Setup(registry=world.url, server={"worker": request.param})
    ) as running:
        yield running


def padded(document: Document, size: int) -> bytes:
    """Return a review of exactly *size* bytes."""
    body = json.dumps(document).encode()
    return body + b" " * (size - len(body))


def test_large_reviews_side_by_side(server: Gate, world: Registry) -> None:
    """Several of the largest reviews at once, between usual ones, are judged: each byte of each of them came."""
    sizes = [LARGEST_BYTES, DEPLOYMENT_BYTES, LARGEST_BYTES, DEPLOYMENT_BYTES, LARGEST_BYTES, 4096]
    bodies = [padded(world.app().review(), size) for size in sizes]
    with ThreadPoolExecutor(len(bodies)) as clients:
        answers = list(clients.map(server.post, bodies))
    assert all(answer.response["allowed"] is True for answer in answers)


def test_slow_review(server: Gate, world: Registry) -> None:
    """A review that comes in pieces, with pauses, is judged when it is there."""
    body = padded(world.app().review(), DEPLOYMENT_BYTES)
    head = f"POST {VALIDATE} HTTP/1.1\r\nHost: gate\r\nContent-Type: application/json\r\n"
    sent = f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
    with server.socket() as connection:
        for start in range(0, len(sent), len(sent) // 5):
            connection.sendall(sent[start : start + len(sent) // 5])
            time.sleep(0.1)
        with closing(http.client.HTTPResponse(connection)) as response:
            response.begin()
            assert received(response).response["allowed"] is True
