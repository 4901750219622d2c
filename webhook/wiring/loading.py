"""Everything that is read from files before the gate serves, and again while it does."""

import hashlib
import logging
import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.files import load, load_all
from webhook.adapters.pools import trusted
from webhook.adapters.reload import Reloaded
from webhook.adapters.streams import LOGGER
from webhook.adapters.tables import TableReader
from webhook.adapters.workshop import Workshop
from webhook.core.documents import Document
from webhook.core.environment import Environment
from webhook.core.identity import Identity
from webhook.core.policy import Policy
from webhook.core.policy_file import parse_policy
from webhook.core.policy_warnings import warnings
from webhook.core.settings import Settings, check_environment, parse_settings
from webhook.core.table import Table
from webhook.errors import InvalidDocument
from webhook.wiring.clock import now
from webhook.wiring.identities import resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the configuration says, and the files that it names."""

    settings: Settings
    environment: Environment
    identity: Identity
    trust: ssl.SSLContext
    authorities: str | None
    """sha256 of the file with the authorities to trust; None where those of the system are."""
    base: Path
    """The folder of the configuration; relative paths in it start here."""
    policy: Reloaded[Policy]
    table: Reloaded[Table] | None
    tables: TableReader

    @property
    def ca_files(self) -> Sequence[Path]:
        """The files with authorities to trust; none where those of the system are."""
        ca_file = self.settings.cloud.ca_file
        return () if ca_file is None else (self.base / ca_file,)


Configuration = Reloaded[Loaded]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What the configuration says of the way to the cloud, for what is no gate and needs no more of it."""

    settings: Settings
    environment: Environment
    identity: Identity
    trust: ssl.SSLContext


def load_gate(config: Path, environment: Environment) -> Configuration:
    """Read the configuration and every file that it names.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
    """
    tables = _tables()
    return Reloaded(
        "configuration",
        config,
        lambda before: _loaded(load(config), config, environment, (tables, before)),
        log=logging.getLogger(LOGGER),
        also=lambda loaded: loaded.ca_files,
    )


def load_passage(config: Path, environment: Environment) -> Passage:
    """Read the configuration, but neither policy nor lookup table.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
    """
    settings = _settings(load(config), environment)
    ca_file = settings.cloud.ca_file
    return Passage(
        settings=settings,
        environment=environment,
        identity=resolve(settings, environment, config),
        trust=trusted(None if ca_file is None else config.parent / ca_file),
    )


def follow(configuration: Configuration) -> None:
    """Take up changes in the process that forks the others: one that is forked late begins with them."""
    configuration.follow()
    loaded = configuration.value()
    loaded.policy.follow()
    if loaded.table is not None:
        # Compiling a large table is the work of those who use it.
        table = loaded.table
        table.follow(lambda current: loaded.tables.follow(table.path, current))


def load_once(document: Document, config: Path, environment: Environment) -> Loaded:
    """Read what a GateConfiguration names that is, or might be, in the file *config*; nothing is read again.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
    """
    return _loaded(document, config, environment, (_tables(), None))


def _tables() -> TableReader:
    return TableReader(Workshop(Path(tempfile.gettempdir())))


def _loaded(
    document: Document, config: Path, environment: Environment, known: tuple[TableReader, Loaded | None]
) -> Loaded:
    """Read the configuration; policy and table are those of before where their paths are."""
    settings = _settings(document, environment)
    base = config.parent
    ca_file = None if settings.cloud.ca_file is None else base / settings.cloud.ca_file
    tables, before = known
    return Loaded(
        settings=settings,
        environment=environment,
        identity=resolve(settings, environment, config),
        trust=trusted(ca_file),
        authorities=None if ca_file is None else hashlib.sha256(ca_file.read_bytes()).hexdigest(),
        base=base,
        policy=_policy(base / settings.policy_file, before, labels=settings.api_server is not None),
        table=None if settings.table is None else _table(base / settings.table, tables, before),
        tables=tables,
    )


def _settings(document: Document, environment: Environment) -> Settings:
    settings = parse_settings(document)
    check_environment(environment, settings)
    return settings


def _policy(path: Path, before: Loaded | None, *, labels: bool) -> Reloaded[Policy]:
    if before is not None and before.policy.path == path:
        return before.policy
    return Reloaded("policy", path, lambda _: read_policy(path, labels=labels), log=logging.getLogger(LOGGER))


def policy_in(path: Path) -> Policy:
    """Return the policy in a file or a folder.

    Raises:
        InvalidDocument: it is none.
    """
    documents = load_all(path)
    if not documents:
        raise InvalidDocument(f"{path}: has no file of a policy: *.yaml, *.yml or *.json")
    return parse_policy(*documents)


def read_policy(path: Path, *, labels: bool) -> Policy:
    """Return the policy in a file or a folder, and log what somebody should look at. Raises as `policy_in`."""
    policy = policy_in(path)
    for warning in warnings(policy, now(), labels=labels):
        logging.getLogger(LOGGER).warning("policy %s: %s", path, warning)
    return policy


def _table(path: Path, tables: TableReader, before: Loaded | None) -> Reloaded[Table]:
    if before is not None and before.table is not None and before.table.path == path:
        return before.table
    return Reloaded("table", path, lambda current: tables.read(path, current), log=logging.getLogger(LOGGER))
