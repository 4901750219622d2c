"""How things stand in one process of the gate: what is in use, until when, and whether it is what the files say."""

import platform
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Protocol

from webhook.adapters.reload import Reloaded
from webhook.core import metrics
from webhook.core.ages import Level
from webhook.core.table import Table
from webhook.core.workloads import Kind
from webhook.wiring.ages import Ages
from webhook.wiring.clock import now
from webhook.wiring.loading import Configuration
from webhook.wiring.running import RunningGate


class Watched(Protocol):
    """Something that is read again when its files change."""

    @property
    def problem(self) -> str | None:
        """What is wrong with the files now."""
        ...

    @property
    def failures(self) -> int:
        """How often they could not be read."""
        ...


class Certificate(Watched, Protocol):
    """The serving certificate."""

    @property
    def end(self) -> datetime | None:
        """When it ends, if that is known."""
        ...


class Standing:
    """How things stand in one process."""

    def __init__(
        self,
        running: RunningGate,
        configuration: Configuration,
        certificate: Certificate,
        *,
        draining: Callable[[], bool],
    ) -> None:
        """Look at these."""
        self._running, self._configuration, self._certificate = running, configuration, certificate
        self._draining = draining
        self._table: Table | None = None
        self._loaded_at = 0.0
        self._ages = Ages()

    @property
    def kinds(self) -> Collection[Kind]:
        """What is judged now."""
        return self._running.loaded.settings.kinds.keys()

    def levels(self) -> Iterator[Level]:
        """Yield every gauge with its value."""
        ready = not any(self._running.checks(draining=self._draining()).values())
        yield (metrics.READY, ()), float(ready)
        yield (metrics.WORKERS, ()), 1.0
        yield (metrics.BUILD, (version("scangate"), platform.python_version())), 1.0
        for what, watched in self._watched().items():
            yield (metrics.RELOAD_SUCCESSFUL, (what,)), float(watched.problem is None)
        for host, is_open in self._running.cloud.breakers().items():
            yield (metrics.BREAKER, (host,)), float(is_open)
        yield from self._policy()
        yield from self._ends()
        yield from self._ages.levels(self._running.loaded)
        table = self._running.loaded.table
        if table is not None:
            yield from self._of_table(table)

    def failures(self) -> Mapping[str, int]:
        """Tell of each thing that is read again how often it could not be."""
        return {what: watched.failures for what, watched in self._watched().items()}

    def _watched(self) -> Mapping[str, Watched]:
        loaded = self._running.loaded
        always: dict[str, Watched] = {
            "configuration": self._configuration,
            "policy": loaded.policy,
            "certificate": self._certificate,
        }
        return always if loaded.table is None else always | {"table": loaded.table}

    def _policy(self) -> Iterator[Level]:
        policy = self._running.loaded.policy.value()
        yield (metrics.POLICY, (policy.digest,)), 1.0
        for rule in policy.rules:
            yield (metrics.POLICY_RULE, (rule.name, rule.mode.value)), 1.0

    def _ends(self) -> Iterator[Level]:
        tokens = self._running.cloud.tokens
        yield (metrics.TOKEN_RENEWAL, ()), float(tokens.problem is None)
        left = tokens.seconds_left
        if left is not None:
            yield (metrics.TOKEN_EXPIRY, ()), now().timestamp() + left
        if self._certificate.end is not None:
            yield (metrics.CERTIFICATE_EXPIRY, ()), self._certificate.end.timestamp()

    def _of_table(self, table: Reloaded[Table]) -> Iterator[Level]:
        current = table.value()
        if current is not self._table:
            self._table, self._loaded_at = current, now().timestamp()
        yield (metrics.TABLE_ENTRIES, ()), float(len(current.hints))
        yield (metrics.TABLE_LOADED, ()), self._loaded_at
