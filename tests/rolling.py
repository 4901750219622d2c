"""The trial of rolling restarts: replicas are replaced while API servers call."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Authority
from tests.gates import Setup
from tests.goclient.transport import Transport
from tests.load import Ask, Load, asking, images
from tests.proofs import Proof, opened, unopened
from tests.replicas import Endpoints, Replicas
from tests.service.registry import Registry

REPLICAS = 3
API_SERVERS, CLIENTS = 2, 16

DEFAULTS = {"workers": 2, "threads": 96}
"""Of the gate; the other tests are content with less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """How long the trial is."""

    restarts: int
    """How many replicas are replaced, at least."""
    requests: int = 0
    """How many admissions are asked for, at least."""
    drain: str
    lag: float
    """Seconds after which nodes know that a replica ends."""


@contextmanager
def replicas(
    world: Registry, authority: Authority, folder: Path, size: Rolling, endpoints: Endpoints | None = None
) -> Iterator[Replicas]:
    """Run replicas with the gate's defaults."""
    setup = Setup(registry=world.url, server={**DEFAULTS, "drain": size.drain})
    with Replicas(folder, authority, setup, lag=size.lag, endpoints=endpoints) as running:
        running.start(REPLICAS)
        yield running


def roll(running: Replicas, load: Load, size: Rolling) -> int:
    """Replace one replica after the other, and return how many."""
    done = 0
    while done < size.restarts or load.tally.requests < size.requests:
        running.replace()
        load.advance(CLIENTS)
        done += 1
    return done


def roll_before_clients(world: Registry, authority: Authority, folder: Path, size: Rolling) -> Proof:
    """Try it with clients that behave like API servers."""
    begun, trust = time.monotonic(), authority.trust()
    with ExitStack() as stack:
        running = stack.enter_context(replicas(world, authority, folder, size))
        clients = [Transport(running.endpoints, lambda: trust) for _ in range(API_SERVERS)]
        for client in clients:
            stack.enter_context(closing(client))
        load = stack.enter_context(Load(_asks(clients), images(world)))
        done = roll(running, load, size)
    dials = [client.dials for client in clients]
    return Proof(
        changes=f"{done} restarts",
        tally=load.tally,
        connections=opened(dials),
        broken=unopened(dials),
        seconds=time.monotonic() - begun,
    )


def _asks(clients: Sequence[Transport]) -> list[Ask]:
    return [asking(clients[number % len(clients)]) for number in range(CLIENTS)]
