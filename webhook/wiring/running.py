"""The gate in one process, as the configuration would have it now."""

import logging
import time
from collections.abc import Mapping
from typing import Any

from webhook.adapters.reload import Reloaded
from webhook.adapters.streams import LOGGER, write_line
from webhook.app import Desk
from webhook.core.table import Table
from webhook.core.times import parse_duration
from webhook.errors import Unauthorized
from webhook.gate import Gate
from webhook.inquiry import Scope
from webhook.wiring.clock import now
from webhook.wiring.cloud import Cloud, connect, same_cloud
from webhook.wiring.loading import Loaded
from webhook.wiring.self_check import Checked

STDOUT = 1

RESTART = "differs from what the gate was started with; restart it to take that up"

EMPTY_TABLE = Table({})


class RunningGate:
    """Holds the desk at which reviews are answered, and puts another one in its place. Make it after the fork."""

    def __init__(self, loaded: Loaded) -> None:
        """Begin with what was *loaded*: threads and connections begin here."""
        self._started_with = loaded
        self._loaded = loaded
        self._cloud = connect(loaded)
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
            self._cloud = _connected(loaded)
            stale.stop()
        self._loaded = loaded
        _watch(loaded, _watched(before))
        self._checked = self._checked.following(loaded)
        self._desk = self._furnished(loaded)
        logging.getLogger().setLevel(loaded.settings.log_level.upper())

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
        loaded = self._loaded
        return {
            "policy": loaded.policy.problem,
            "table": loaded.table.problem if loaded.table else None,
            "token": self._cloud.tokens.problem,
            "server": None if loaded.settings.server == self._started_with.settings.server else RESTART,
            **self._checked.notes(),
        }

    def _furnished(self, loaded: Loaded) -> Desk:
        settings = loaded.settings
        return Desk(
            gate=_gate(loaded, self._cloud),
            kinds=settings.kinds,
            aliases=settings.aliases,
            emit=self._emit,
            log=logging.getLogger(LOGGER),
            now=now,
            clock=time.monotonic,
            timeout=parse_duration(settings.review_timeout),
        )


def _connected(loaded: Loaded) -> Cloud:
    """Connect in a new way, unless the cloud refuses who comes that way: the old one still serves."""
    cloud = connect(loaded)
    cloud.start()
    refusal = cloud.tokens.unready
    if refusal is not None:
        cloud.stop()
        raise Unauthorized(f"the identity that is named now gets no token: {refusal}")
    return cloud


def _gate(loaded: Loaded, cloud: Cloud) -> Gate:
    settings = loaded.settings
    registry = settings.registry
    return Gate(
        memory=cloud.recalled,
        registry=cloud.asked,
        crew=cloud.crew,
        policy=loaded.policy.value,
        table=loaded.table.value if loaded.table else lambda: EMPTY_TABLE,
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
