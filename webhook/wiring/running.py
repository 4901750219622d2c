"""The gate in one process, as the configuration would have it now."""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from webhook.adapters.reload import Reloaded
from webhook.adapters.streams import LOGGER, write_line
from webhook.core.review import Request
from webhook.core.table import Table
from webhook.core.times import parse_duration
from webhook.core.workloads import Kind
from webhook.desk import Desk, Outcome
from webhook.errors import Unauthorized
from webhook.gate import Gate, Namespaces
from webhook.inquiry import Scope
from webhook.repeats import Repeats
from webhook.wiring.clock import now
from webhook.wiring.cloud import Cloud, connect, same_cloud
from webhook.wiring.line import NOBODY, Ears
from webhook.wiring.loading import Loaded
from webhook.wiring.namespaces import namespace_labels
from webhook.wiring.self_check import Checked

STDOUT = 1

RESTART = "differs from what the gate was started with; restart it to take that up"

EMPTY_TABLE = Table({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who hears of what the gate does."""

    ears: Ears = NOBODY
    decision: Callable[[Collection[Kind], Request | None, Outcome, float], None] = lambda *_: None
    """Hears which kinds are judged, and of each decision."""


NO_AUDIENCE = Audience()


class RunningGate:
    """Holds the desk at which reviews are answered, and puts another one in its place. Make it after the fork."""

    def __init__(self, loaded: Loaded, audience: Audience = NO_AUDIENCE) -> None:
        """Begin with what was *loaded*: threads and connections begin here."""
        self._started_with = loaded
        self._audience = audience
        self._loaded = loaded
        self._cloud = connect(loaded, audience.ears)
        self._cloud.start()
        _watch(loaded, ())
        self._checked = Checked(loaded)
        self._emit = write_line(STDOUT)
        self._desk = self._furnished(loaded)

    def desk(self) -> Desk:
        """Return the desk to use now; a review keeps the one that it began with."""
        return self._desk

    def follow(self, loaded: Loaded) -> None:
        """Do from now on what was *loaded*. What reviews under way still use goes on until they are done.

        Raises:
            Unauthorized: the cloud refuses the identity that is named now; everything stays as it is.
        """
        before, stale = self._loaded, self._cloud
        if not same_cloud(before, loaded):
            self._cloud = _connected(loaded, self._audience.ears)
            stale.stop()
        self._loaded = loaded
        _watch(loaded, _watched(before))
        self._checked = self._checked.following(loaded)
        self._desk = self._furnished(loaded)
        logging.getLogger().setLevel(loaded.settings.log_level.upper())

    @property
    def loaded(self) -> Loaded:
        """What it works with now."""
        return self._loaded

    @property
    def cloud(self) -> Cloud:
        """What it asks now."""
        return self._cloud

    def stop(self) -> None:
        """End the threads that watch files, renew the token and verify the registration."""
        self._cloud.stop()
        self._checked.stop()
        for reloaded in _watched(self._loaded):
            reloaded.stop()

    def checks(self, *, draining: bool) -> Mapping[str, str | None]:
        """Say of each thing that readiness needs what is wrong with it; None where nothing is.

        The registry is not among them: a gate that took itself out of service because the registry is down
        could not even say so to the people it refuses. Neither are files that cannot be read again: the last
        good ones still serve.
        """
        return {"credentials": self._cloud.tokens.unready, "serving": "draining" if draining else None}

    def notes(self) -> Mapping[str, str | None]:
        """Say of what is read again, the token and the registration what is wrong with it; None where nothing is."""
        loaded, started = self._loaded, self._started_with.settings
        return {
            "policy": loaded.policy.problem,
            "table": loaded.table.problem if loaded.table else None,
            "token": self._cloud.tokens.problem,
            "server": None if loaded.settings.server == started.server else RESTART,
            "tracing": None if loaded.settings.tracing == started.tracing else RESTART,
            **self._checked.notes(),
        }

    def _furnished(self, loaded: Loaded) -> Desk:
        settings = loaded.settings
        return Desk(
            gate=Repeats(gate_of(loaded, self._cloud, namespace_labels(loaded)), time.monotonic),
            kinds=settings.kinds,
            aliases=settings.aliases,
            emit=self._emit,
            measure=partial(self._audience.decision, settings.kinds),
            log=logging.getLogger(LOGGER),
            reasons_url=settings.reasons_url,
            now=now,
            clock=time.monotonic,
            timeout=parse_duration(settings.review_timeout),
        )


def _connected(loaded: Loaded, ears: Ears) -> Cloud:
    """Connect in a new way, unless the cloud refuses who comes that way: the old one still serves."""
    cloud = connect(loaded, ears)
    cloud.start()
    refusal = cloud.tokens.unready
    if refusal is not None:
        cloud.stop()
        raise Unauthorized(f"the identity that is named now gets no token: {refusal}")
    return cloud


def gate_of(loaded: Loaded, cloud: Cloud, namespaces: Namespaces) -> Gate:
    """Return the gate that decides as the configuration would have it."""
    settings = loaded.settings
    registry = settings.registry
    return Gate(
        memory=cloud.recalled,
        registry=cloud.asked,
        crew=cloud.crew,
        policy=loaded.policy.value,
        table=loaded.table.value if loaded.table else lambda: EMPTY_TABLE,
        namespaces=namespaces,
        scope=Scope(
            sources=settings.sources,
            registries=frozenset(registry.hosts),
            platforms=frozenset(registry.platforms),
        ),
        now=now,
    )


def _watched(loaded: Loaded) -> tuple[Reloaded[Any], ...]:
    return (loaded.policy,) if loaded.table is None else (loaded.policy, loaded.table)


def _watch(loaded: Loaded, before: tuple[Reloaded[Any], ...]) -> None:
    """Watch the files that are named now, and no longer those that were *before* and are not."""
    watched = _watched(loaded)
    for reloaded in watched:
        if reloaded not in before:
            reloaded.start()
    for reloaded in before:
        if reloaded not in watched:
            reloaded.stop()
