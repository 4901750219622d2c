"""The synchronisation of the lookup table, put together."""

import logging
import logging.config
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.iam.keeper import TokenKeeper
from webhook.adapters.registry_contents import RegistryContents
from webhook.adapters.streams import LOGGER, log_config
from webhook.adapters.table_config_maps import TableConfigMaps
from webhook.adapters.table_folder import TableFolder
from webhook.core.cluster import ObjectName
from webhook.core.deadline import Deadline
from webhook.core.environment import Environment
from webhook.core.places import Place
from webhook.jobs.table_sync.persistence import Persistence
from webhook.jobs.table_sync.survey import Progress, Survey
from webhook.jobs.table_sync.sync import Outcome, Store, Sync, Terms
from webhook.wiring.clock import now
from webhook.wiring.line import line
from webhook.wiring.loading import load_passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How hard the registry is asked, and for how long, in seconds."""

    concurrency: int
    seconds: float


def folder_store(folder: Path, table: str) -> Store:
    """Return the table of that name in a folder."""
    return TableFolder(folder, table)


def cluster_store(kubeconfig: str | None, namespace: str, table: str) -> Store:
    """Return the table of that name in a namespace of a cluster. Raises `ClusterFailed` where there is none."""
    # 70 MB and half a second that a table in a folder does not pay.
    from webhook.adapters.cluster import connect  # noqa: PLC0415

    return TableConfigMaps(connect(kubeconfig), ObjectName(namespace, table))


def sync_table(config: Path, environment: Environment, store: Store, *, pace: Pace, progress: Progress) -> "TableSync":
    """Connect to the registry as the gate of *config* does, for a table in *store*.

    Raises:
        InvalidDocument: the configuration is wrong; the message names file, field and value.
    """
    logging.config.dictConfig(log_config("info"))
    way = line(load_passage(config, environment), calls=pace.concurrency)
    persistence = Persistence(Deadline(time.monotonic() + pace.seconds, time.monotonic), time.sleep, random.random)
    survey = Survey(RegistryContents(way.api), persistence, pace.concurrency, progress)
    return TableSync(way.tokens, survey, store)


@dataclass(frozen=True, slots=True)
class TableSync:
    """A synchronisation that is ready to run."""

    tokens: TokenKeeper
    survey: Survey
    store: Store

    def run(self, places: Sequence[Place], terms: Terms) -> Outcome:
        """Run it. Raises as `Sync.run`."""
        log = logging.getLogger(LOGGER)
        self.tokens.start()
        try:
            return Sync(survey=self.survey, store=self.store, terms=terms, now=now, log=log).run(places)
        finally:
            self.tokens.stop()
