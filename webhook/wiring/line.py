"""The way to the registry's API: who asks, and what calls."""

import logging
import random
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.endpoints import CONTAINER_REGISTRY, IAM, Discovery, fixed
from webhook.adapters.http import HttpClient
from webhook.adapters.iam.keeper import TokenKeeper
from webhook.adapters.memory import Memory
from webhook.adapters.observed import AskTold, CallTold, ObservedHttp
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.registry_calls import Endpoint
from webhook.adapters.streams import LOGGER
from webhook.adapters.traced_calls import UNTRACED, Begin, TracedHttp
from webhook.core.breaker import State
from webhook.core.environment import Environment
from webhook.core.identity import Identity
from webhook.core.settings import API_ENDPOINT, Settings
from webhook.wiring.identities import Services, keeper

IDENTITY_CALLS = 4
"""Calls at the same time to what gives tokens and addresses; one is the rule."""


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
class Ears:
    """Who hears of what is asked."""

    call: CallTold = lambda *_: None
    """Of each call to a service."""
    ask: AskTold = lambda *_: None
    """Of each question to the memory."""
    wait: Callable[[], None] = lambda: None
    """Of each wait of a review, before it begins."""
    span: Begin = lambda *_: UNTRACED
    """Of each call as it begins, and then as it ends."""


NOBODY = Ears()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Https:
    """What calls each service, with its own bound and breakers."""

    registry: PatientHttp
    identity: PatientHttp
    node: PatientHttp
    """Calls the metadata service, past every proxy."""
    directory: PatientHttp
    """Calls what knows where the others are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The way to the registry's API."""

    tokens: TokenKeeper
    http: PatientHttp
    endpoint: Endpoint
    services: Sequence[PatientHttp]
    """Everything that is called."""

    @property
    def api(self) -> ContainerRegistry:
        """The API at its end."""
        return ContainerRegistry(endpoint=self.endpoint, tokens=self.tokens, http=self.http)


def line(outside: Outside, *, calls: int, ears: Ears = NOBODY) -> Line:
    """Build what calls the registry, up to *calls* at the same time. Threads begin when the token keeper starts."""
    settings = outside.settings
    https = _https(outside, calls, ears)
    discovery = _discovery(outside, https.directory)
    iam = _endpoint(settings.cloud.iam_endpoint, discovery, IAM)
    return Line(
        tokens=keeper(outside.identity, Services(iam=iam, cloud=https.identity, node=https.node)),
        http=https.registry,
        endpoint=_endpoint(settings.registry.endpoint, discovery, CONTAINER_REGISTRY),
        services=(https.registry, https.identity, https.node, https.directory),
    )


def tell_breaker(host: str, state: State) -> None:
    """Log that a service has stopped answering, or answers again."""
    level = logging.INFO if state is State.CLOSED else logging.WARNING
    fields = {"host": host, "breaker": state.value}
    logging.getLogger(LOGGER).log(level, "breaker of %s is %s", host, state, extra={"fields": fields})


def _discovery(outside: Outside, http: PatientHttp) -> Discovery:
    return Discovery(_api(outside), http=http, memory=Memory(size=8, clock=time.monotonic, jitter=random.random))


def _endpoint(configured: str | None, discovery: Discovery, service: str) -> Endpoint:
    return discovery.of(service) if configured is None else fixed(configured)


def _api(outside: Outside) -> str:
    return outside.settings.cloud.endpoint or outside.environment.endpoint or API_ENDPOINT


def _https(outside: Outside, calls: int, ears: Ears) -> _Https:
    def http(number: int, peer: str, *, onward: bool = False) -> PatientHttp:
        proxies = outside.environment.proxies
        client = HttpClient(connections=number, context=outside.trust, proxies=proxies, peer=peer)
        return _patient(client, number, ears, onward=onward)

    return _Https(
        registry=http(calls, "the registry", onward=True),
        identity=http(IDENTITY_CALLS, "IAM"),
        node=_patient(HttpClient(connections=1, peer="the metadata service"), 1, ears),
        directory=http(IDENTITY_CALLS, _api(outside)),
    )


def _patient(http: HttpClient, calls: int, ears: Ears, *, onward: bool = False) -> PatientHttp:
    pace = Pace(time.monotonic, time.sleep, random.random)
    heard = ObservedHttp(http, clock=time.monotonic, told=ears.call)
    traced = TracedHttp(heard, begin=ears.span, onward=onward)
    return PatientHttp(traced, calls=calls, pace=pace, told=tell_breaker, peer=http.peer)
