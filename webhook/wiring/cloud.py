"""Yandex Cloud as one process of the gate sees it: endpoints, identity, registry."""

import logging
import random
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import msgspec

from webhook.adapters.container_registry import ContainerRegistry, Endpoint
from webhook.adapters.crew import ThreadCrew
from webhook.adapters.distribution import Distribution
from webhook.adapters.endpoints import CONTAINER_REGISTRY, IAM, Discovery, fixed
from webhook.adapters.http import HttpClient
from webhook.adapters.iam.keeper import TokenKeeper
from webhook.adapters.memory import Memory
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.remembered import Remembered
from webhook.adapters.streams import LOGGER
from webhook.core.breaker import State
from webhook.core.deadline import Deadline
from webhook.core.environment import Environment
from webhook.core.identity import Identity
from webhook.core.settings import API_ENDPOINT, Settings
from webhook.errors import LookupFailed
from webhook.wiring.identities import Services, keeper
from webhook.wiring.loading import Loaded

IDENTITY_CALLS = 4
"""Calls at the same time to what gives tokens and addresses; one is the rule."""

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

    def start(self) -> None:
        """Get the first token, and find out where the registry is: both are then known on a bad day."""
        threading.Thread(target=self._find, name="endpoint", daemon=True).start()
        self.tokens.start()

    def stop(self) -> None:
        """End the thread that renews the token."""
        self.tokens.stop()

    def _find(self) -> None:
        with suppress(LookupFailed):  # whoever needs it asks again
            self.endpoint(Deadline(time.monotonic() + FIND_SECONDS, time.monotonic))


class Outside(Protocol):
    """What says how the cloud is reached: everything that was `Loaded`, or less of it."""

    @property
    def settings(self) -> Settings:
        """What the configuration says."""
        ...

    @property
    def environment(self) -> Environment:
        """What the environment says."""
        ...

    @property
    def identity(self) -> Identity:
        """The way to a token."""
        ...

    @property
    def trust(self) -> ssl.SSLContext:
        """Whom services must prove to be."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The way to the registry's API."""

    tokens: TokenKeeper
    http: PatientHttp
    endpoint: Endpoint

    @property
    def api(self) -> ContainerRegistry:
        """The API at its end."""
        return ContainerRegistry(endpoint=self.endpoint, tokens=self.tokens, http=self.http)


def line(outside: Outside, *, calls: int) -> Line:
    """Build what calls the registry, up to *calls* at the same time. Threads begin when the token keeper starts."""
    settings = outside.settings
    discovery = _discovery(outside)
    tokens = keeper(
        outside.identity,
        Services(
            iam=_endpoint(settings.cloud.iam_endpoint, discovery, IAM),
            cloud=_http(outside, IDENTITY_CALLS, peer="IAM"),
            node=_patient(HttpClient(connections=1, peer="the metadata service"), 1),
        ),
    )
    endpoint = _endpoint(settings.registry.endpoint, discovery, CONTAINER_REGISTRY)
    return Line(tokens=tokens, http=_http(outside, calls, peer="the registry"), endpoint=endpoint)


def connect(loaded: Loaded) -> Cloud:
    """Build what calls the cloud. Connections begin here, after the fork; threads when the token keeper starts."""
    settings = loaded.settings
    way = line(loaded, calls=settings.registry.concurrency)
    manifests = Distribution(endpoints=settings.registry.hosts, tokens=way.tokens, http=way.http)
    memory = Memory(size=settings.registry.remembered, clock=time.monotonic, jitter=random.random)
    return Cloud(
        tokens=way.tokens,
        recalled=Remembered(way.api, manifests, memory.recall),
        asked=Remembered(way.api, manifests, memory.ask),
        crew=ThreadCrew(threads=settings.registry.concurrency, reviews=max(1, settings.server.threads * 3 // 4)),
        endpoint=way.endpoint,
    )


def same_cloud(one: Loaded, other: Loaded) -> bool:
    """Tell whether both are connected to in the same way, so that what is remembered of the one is of the other."""
    return _connection(one) == _connection(other)


def tell_breaker(host: str, state: State) -> None:
    """Log that a service has stopped answering, or answers again."""
    level = logging.INFO if state is State.CLOSED else logging.WARNING
    fields = {"host": host, "breaker": state.value}
    logging.getLogger(LOGGER).log(level, "breaker of %s is %s", host, state, extra={"fields": fields})


def _connection(loaded: Loaded) -> tuple[object, ...]:
    registry = msgspec.structs.replace(loaded.settings.registry, platforms=())
    return (loaded.settings.cloud, registry, loaded.identity, loaded.authorities)


def _discovery(loaded: Outside) -> Discovery:
    api = loaded.settings.cloud.endpoint or loaded.environment.endpoint or API_ENDPOINT
    http = _http(loaded, IDENTITY_CALLS, peer=api)
    return Discovery(api, http=http, memory=Memory(size=8, clock=time.monotonic, jitter=random.random))


def _endpoint(configured: str | None, discovery: Discovery, service: str) -> Endpoint:
    return discovery.of(service) if configured is None else fixed(configured)


def _http(loaded: Outside, calls: int, *, peer: str) -> PatientHttp:
    proxies = loaded.environment.proxies
    return _patient(HttpClient(connections=calls, context=loaded.trust, proxies=proxies, peer=peer), calls)


def _patient(http: HttpClient, calls: int) -> PatientHttp:
    pace = Pace(time.monotonic, time.sleep, random.random)
    return PatientHttp(http, calls=calls, pace=pace, told=tell_breaker, peer=http.peer)
