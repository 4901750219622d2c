"""The trials of rotations and of rolling restarts, with pods that are created on an API server."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.balancer import Balancer, ListedEndpoints, balancing
from tests.certificates import Authority
from tests.e2e.apiserver import ApiServer
from tests.e2e.creations import Webhook, clients
from tests.goclient.webhooks import AdmissionFailed
from tests.load import Ask, Asked, Load, images
from tests.mounts import Mount
from tests.processes import eventually
from tests.proofs import Proof
from tests.rolling import CLIENTS, Rolling, replicas, roll
from tests.rotating import Rotating, Trust, described, mounted_gate, rotate
from tests.rotations import Rotations
from tests.service.registry import Registry

CROWD = 40
"""Clients of the rotations: more than an API server keeps connections to a webhook, so that it opens new ones."""

BUNDLE_SECONDS = 1.5
"""An API server has taken up another caBundle after so long, and each process of the gate has looked at its files."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trial takes place."""

    cluster: ApiServer
    namespace: str
    world: Registry
    folder: Path


def roll_in_cluster(place: Place, size: Rolling) -> Proof:
    """Replace replicas behind a balancer."""
    begun, authority, asked = time.monotonic(), Authority(), images(place.world)
    with ExitStack() as stack:
        balancer, endpoints, webhook = stack.enter_context(_balanced(place))
        running = stack.enter_context(replicas(place.world, authority, place.folder, size, endpoints))
        stack.callback(balancer.process.end)  # before the replicas: what is still connected would hold them up
        webhook.trust([authority])
        asks = stack.enter_context(clients(place.cluster, place.namespace, CLIENTS))
        _wait_until_judged(asks[0], asked)
        load = stack.enter_context(Load(asks, asked))
        done = roll(running, load, size)
    return Proof(
        changes=f"{done} restarts",
        tally=load.tally,
        connections=balancer.connections,
        seconds=time.monotonic() - begun,
    )


def rotate_in_cluster(place: Place, size: Rotating) -> Proof:
    """Rotate the certificate of one gate; the webhook's caBundle follows when the authority changes."""
    begun, trust, asked = time.monotonic(), Trust(), images(place.world)
    with ExitStack() as stack:
        balancer, endpoints, webhook = stack.enter_context(_balanced(place))

        def publish(authorities: Sequence[Authority]) -> None:
            trust.of(authorities)
            webhook.trust(authorities)

        rotations = Rotations(Mount(place.folder / "tls"), Authority(), publish, settle=BUNDLE_SECONDS)
        server = stack.enter_context(mounted_gate(place.world, place.folder))
        stack.callback(balancer.process.end)
        endpoints.add(server.port)
        asks = stack.enter_context(clients(place.cluster, place.namespace, CROWD))
        _wait_until_judged(asks[0], asked)
        load = stack.enter_context(Load(asks, asked))
        kinds, unsettled = rotate(server, trust, rotations, size)
    return Proof(
        changes=described(kinds),
        tally=load.tally,
        connections=balancer.connections,
        unsettled=tuple(unsettled),
        seconds=time.monotonic() - begun,
    )


@contextmanager
def _balanced(place: Place) -> Iterator[tuple[Balancer, ListedEndpoints, Webhook]]:
    with balancing(place.folder) as (balancer, endpoints):
        webhook = Webhook(place.cluster, place.namespace, balancer.port)
        try:
            yield balancer, endpoints, webhook
        finally:
            webhook.remove()


def _wait_until_judged(ask: Ask, asked: Sequence[Asked]) -> None:
    """Wait until the API server has learnt of the webhook."""
    bad = next(one for one in asked if one.reasons)

    def judged() -> bool:
        try:
            return bad.fits(ask(bad.app))
        except AdmissionFailed:
            return False

    eventually(judged)
