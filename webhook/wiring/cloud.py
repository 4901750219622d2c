"""Yandex Cloud as one process of the gate sees it: endpoints, identity, registry."""

import logging
import random
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from webhook.adapters.container_registry import ContainerRegistry
from webhook.adapters.crew import ThreadCrew
from webhook.adapters.distribution import Distribution
from webhook.adapters.endpoints import CONTAINER_REGISTRY, IAM, Discovery, fixed
from webhook.adapters.http import HttpClient
from webhook.adapters.iam.keeper import TokenKeeper
from webhook.adapters.memory import Memory
from webhook.adapters.observed import AskTold, CallTold, ObservedHttp, observed
from webhook.adapters.packing import kib
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.registry_calls import Endpoint
from webhook.adapters.remembered import Api, Remembered
from webhook.adapters.streams import LOGGER
from webhook.core.breaker import State
from webhook.core.deadline import Deadline
from webhook.core.registry import Manifests
from webhook.core.settings import API_ENDPOINT
from webhook.errors import LookupFailed
from webhook.wiring.identities import Services, keeper
from webhook.wiring.loading import Loaded

IDENTITY_CALLS = 4
"""Calls at the same time to what gives tokens and addresses; one is the rule."""

LISTS_KIB = 16 * 1024
"""What the lists of vulnerabilities that a process remembers may take: 1,900 of 300 vulnerabilities each."""

FIND_SECONDS = 10.0
"""How long the first attempt to find the registry may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who hears of what is asked."""

    call: CallTold = lambda *_: None
    """Of each call to a service."""
    ask: AskTold = lambda *_: None
    """Of each question to the memory."""


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


def connect(loaded: Loaded, ears: Ears = NOBODY) -> Cloud:
    """Build what calls the cloud. Connections begin here, after the fork; threads when the token keeper starts."""
    settings = loaded.settings
    https = _https(loaded, ears.call)
    discovery = _discovery(loaded, https.directory)
    tokens = keeper(
        loaded.identity,
        Services(
            iam=_endpoint(settings.cloud.iam_endpoint, discovery, IAM),
            cloud=https.identity,
            node=https.node,
        ),
    )
    http = https.registry
    endpoint = _endpoint(settings.registry.endpoint, discovery, CONTAINER_REGISTRY)
    api = ContainerRegistry(endpoint=endpoint, tokens=tokens, http=http)
    manifests = Distribution(endpoints=settings.registry.hosts, tokens=tokens, http=http)
    recalled, asked = _remembered(api, manifests, settings.registry.remembered, ears.ask)
    return Cloud(
        tokens=tokens,
        recalled=recalled,
        asked=asked,
        crew=ThreadCrew(threads=settings.registry.concurrency, reviews=max(1, settings.server.threads * 3 // 4)),
        endpoint=endpoint,
        services=(https.registry, https.identity, https.node, https.directory),
    )


def _remembered(api: Api, manifests: Manifests, size: int, told: AskTold) -> tuple[Remembered, Remembered]:
    """Return the registry as far as it is remembered, and the registry asked through that memory."""
    memory = Memory(size=size, clock=time.monotonic, jitter=random.random)
    lists = Memory(size=LISTS_KIB, clock=time.monotonic, jitter=random.random, weigh=kib)
    return (
        Remembered(api, manifests, observed(memory.recall, told), ask_lists=observed(lists.recall, told)),
        Remembered(api, manifests, observed(memory.ask, told), ask_lists=observed(lists.ask, told)),
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


def _discovery(loaded: Loaded, http: PatientHttp) -> Discovery:
    return Discovery(_api(loaded), http=http, memory=Memory(size=8, clock=time.monotonic, jitter=random.random))


def _endpoint(configured: str | None, discovery: Discovery, service: str) -> Endpoint:
    return discovery.of(service) if configured is None else fixed(configured)


def _api(loaded: Loaded) -> str:
    return loaded.settings.cloud.endpoint or loaded.environment.endpoint or API_ENDPOINT


def _https(loaded: Loaded, told: CallTold) -> _Https:
    def http(calls: int, peer: str) -> PatientHttp:
        proxies = loaded.environment.proxies
        client = HttpClient(connections=calls, context=loaded.trust, proxies=proxies, peer=peer)
        return _patient(client, calls, told)

    return _Https(
        registry=http(loaded.settings.registry.concurrency, "the registry"),
        identity=http(IDENTITY_CALLS, "IAM"),
        node=_patient(HttpClient(connections=1, peer="the metadata service"), 1, told),
        directory=http(IDENTITY_CALLS, _api(loaded)),
    )


def _patient(http: HttpClient, calls: int, told: CallTold) -> PatientHttp:
    pace = Pace(time.monotonic, time.sleep, random.random)
    heard = ObservedHttp(http, clock=time.monotonic, told=told)
    return PatientHttp(heard, calls=calls, pace=pace, told=tell_breaker, peer=http.peer)
