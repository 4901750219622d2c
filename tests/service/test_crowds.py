"""Many callers at the same time, through a pool of connections like that of an API server: each is answered."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.gates import Gate
from tests.goclient.transport import Transport
from tests.goclient.webhooks import admit
from tests.service.registry import Registry

REQUESTS = 1500
"""`make bench ARGS="--only crowd"` asks ten thousand times, by a client in Go."""


@pytest.mark.parametrize("callers", [200, 500])
def test_every_caller_is_answered(server: Gate, world: Registry, callers: int) -> None:
    """Over connections that are kept and over new ones, about images that nobody has asked for before."""
    apps = world.apps(8)
    transport = Transport(lambda: server.port, lambda: server.trust)
    with closing(transport), ThreadPoolExecutor(callers) as threads:
        refusals = list(threads.map(lambda number: admit(transport, apps[number % 8].review()), range(REQUESTS)))
    assert refusals == [""] * REQUESTS
    assert transport.dials.failures == []
    assert transport.dials.done > transport.idle
