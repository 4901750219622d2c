"""Yandex Cloud as one process of the gate sees it: endpoints, identity, registry."""

import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import msgspec

from webhook.adapters.crew import ThreadCrew
from webhook.adapters.distribution import Distribution
from webhook.adapters.iam.keeper import TokenKeeper
from webhook.adapters.lasting import lasting
from webhook.adapters.memory import Memory
from webhook.adapters.observed import observed
from webhook.adapters.packing import kib
from webhook.adapters.patience import PatientHttp
from webhook.adapters.registry_calls import Endpoint
from webhook.adapters.remembered import Ask, Remembered
from webhook.core.breaker import State
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, Unauthorized
from webhook.wiring.line import NOBODY, Ears, line
from webhook.wiring.loading import Loaded

LISTS_KIB = 16 * 1024
"""What the lists of vulnerabilities that a process remembers may take: 1,900 of 300 vulnerabilities each."""

RUN_REMEMBERED = 1_000_000
"""Answers that a run remembers: all of those about the images that a cluster can run."""

FIND_SECONDS = 10.0
"""How long the first attempt to find the registry may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """The registry, and the token with which it is asked."""

    tokens: TokenKeeper
    recalled: Remembered
    """The registry as far as it is remembered."""
    asked: Remembered
    crew: ThreadCrew
    """What asks."""
    endpoint: Endpoint
    services: Sequence[PatientHttp]
    """Everything that is called."""

    def start(self) -> None:
        """Get the first token, and find out where the registry is: both are then known on a bad day."""
        threading.Thread(target=self._find, name="endpoint", daemon=True).start()
        self.tokens.start()

    def stop(self) -> None:
        """End the thread that renews the token."""
        self.tokens.stop()

    def breakers(self) -> Mapping[str, bool]:
        """Tell of each host that was called whether it is left alone now."""
        states = [pair for service in self.services for pair in service.breakers().items()]
        closed = {host: False for host, state in states if state is State.CLOSED}
        return closed | {host: True for host, state in states if state is not State.CLOSED}

    def _find(self) -> None:
        with suppress(LookupFailed):  # whoever needs it asks again
            self.endpoint(Deadline(time.monotonic() + FIND_SECONDS, time.monotonic))


@contextmanager
def connected(cloud: Cloud) -> Iterator[Cloud]:
    """Start *cloud* for one run, and stop it afterwards.

    Raises:
        Unauthorized: there is no token.
    """
    cloud.start()
    try:
        if cloud.tokens.unready is not None:
            raise Unauthorized(f"there is no IAM token: {cloud.tokens.unready}")
        yield cloud
    finally:
        cloud.stop()


def connect(loaded: Loaded, ears: Ears = NOBODY) -> Cloud:
    """Build what calls the cloud. Connections begin here, after the fork; threads when the token keeper starts."""
    settings = loaded.settings
    memory = Memory(size=settings.registry.remembered, clock=time.monotonic, jitter=random.random)
    reviews = max(1, settings.server.threads * 3 // 4)
    return _connected(loaded, ears, (observed(memory.recall, ears.ask), observed(memory.ask, ears.ask)), reviews)


def connect_for_a_run(loaded: Loaded, callers: int) -> Cloud:
    """Build the same for a run that asks about everything once, on behalf of so many at the same time."""
    memory = Memory(size=RUN_REMEMBERED, clock=time.monotonic, jitter=random.random)
    return _connected(loaded, NOBODY, (lasting(memory.recall), lasting(memory.ask)), callers)


def _connected(loaded: Loaded, ears: Ears, memory: tuple[Ask, Ask], reviews: int) -> Cloud:
    """Connect, with what recalls an answer and what asks for it."""
    settings = loaded.settings
    way = line(loaded, calls=settings.registry.concurrency, ears=ears)
    manifests = Distribution(endpoints=settings.registry.hosts, tokens=way.tokens, http=way.http)
    lists = Memory(size=LISTS_KIB, clock=time.monotonic, jitter=random.random, weigh=kib)
    recall, ask = memory
    return Cloud(
        tokens=way.tokens,
        recalled=Remembered(way.api, manifests, recall, ask_lists=observed(lists.recall, ears.ask)),
        asked=Remembered(way.api, manifests, ask, ask_lists=observed(lists.ask, ears.ask)),
        crew=ThreadCrew(threads=settings.registry.concurrency, reviews=reviews, wait=ears.wait),
        endpoint=way.endpoint,
        services=way.services,
    )


def same_cloud(one: Loaded, other: Loaded) -> bool:
    """Tell whether both are connected to in the same way, so that what is remembered of the one is of the other."""
    return _connection(one) == _connection(other)


def _connection(loaded: Loaded) -> tuple[object, ...]:
    registry = msgspec.structs.replace(loaded.settings.registry, platforms=())
    return (loaded.settings.cloud, registry, loaded.identity, loaded.authorities)
