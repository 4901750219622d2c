"""The gate behind its server, put together."""

import logging
import logging.config
import random
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from webhook.adapters.container_registry import ContainerRegistry, Tokens
from webhook.adapters.crew import ThreadCrew
from webhook.adapters.distribution import Distribution
from webhook.adapters.files import load
from webhook.adapters.http import HttpClient
from webhook.adapters.iam import Secret, token_source
from webhook.adapters.memory import Memory
from webhook.adapters.patience import Pace, PatientHttp
from webhook.adapters.reload import Reloaded
from webhook.adapters.remembered import Remembered
from webhook.adapters.server import Applications, Serving, serve
from webhook.adapters.streams import LOGGER, log_config, write_line
from webhook.adapters.tables import TableReader
from webhook.adapters.tls import ServingCertificate
from webhook.adapters.workshop import Workshop
from webhook.app import Desk, probe_app, review_app
from webhook.core.breaker import State
from webhook.core.policy import Policy, parse_policy
from webhook.core.settings import Settings, parse_settings
from webhook.core.table import Table
from webhook.core.times import parse_duration
from webhook.errors import ScangateError
from webhook.gate import Gate
from webhook.inquiry import Scope
from webhook.wiring.clock import now

STDOUT = 1

EMPTY_TABLE = Table({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Everything that is read before the first process is forked: a mistake in it is told at once."""

    settings: Settings
    policy: Reloaded[Policy]
    table: Reloaded[Table] | None
    tokens: Tokens
    certificate: ServingCertificate
    base: Path
    """The folder of the configuration; relative paths in it start here."""


def load_gate(config: Path, token: Secret | None) -> Loaded:
    """Read the configuration and every file that it names.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
    """
    settings = parse_settings(load(config))
    base = config.parent
    tls = settings.server.tls
    token_file = settings.registry.iam_token_file
    return Loaded(
        settings=settings,
        policy=reloaded_policy(base / settings.policy_file),
        table=reloaded_table(base / settings.table) if settings.table else None,
        tokens=token_source(token, base / token_file if token_file else None),
        certificate=ServingCertificate(base / tls.cert_file, base / tls.key_file, logging.getLogger(LOGGER)),
        base=base,
    )


def reloaded_policy(path: Path) -> Reloaded[Policy]:
    """Return the policy in a file, read again when the file changes. Raises `InvalidDocument`."""
    return Reloaded("policy", path, lambda _: parse_policy(load(path)), log=logging.getLogger(LOGGER))


def reloaded_table(path: Path) -> Reloaded[Table]:
    """Return the lookup table in a file or a folder, read again when that changes. Raises `InvalidDocument`."""
    reader = TableReader(Workshop(Path(tempfile.gettempdir())))
    return Reloaded("table", path, lambda current: reader.read(path, current), log=logging.getLogger(LOGGER))


def serve_gate(config: Path, token: Secret | None) -> None:
    """Serve reviews until a signal says to stop.

    Raises:
        InvalidDocument: as `load_gate`.
    """
    loaded = load_gate(config, token)
    settings = loaded.settings
    logging.config.dictConfig(log_config(settings.log_level))
    server = settings.server
    serving = Serving(
        host=server.host,
        port=server.port,
        probe_port=server.probe_port,
        workers=server.workers,
        threads=server.threads,
        drain_seconds=parse_duration(server.drain),
        cert_file=str(loaded.base / server.tls.cert_file),
        key_file=str(loaded.base / server.tls.key_file),
        tls=loaded.certificate.context,
        log=logging.getLogger(LOGGER),
    )
    serve(serving, lambda draining: applications(loaded, draining))


def applications(loaded: Loaded, draining: Callable[[], bool]) -> Applications:
    """Build the applications of one process. Threads and connections begin here, after the fork."""
    settings = loaded.settings
    loaded.policy.start()
    if loaded.table is not None:
        loaded.table.start()
    desk = Desk(
        gate=gate(loaded),
        kinds=settings.kinds,
        aliases=settings.aliases,
        emit=write_line(STDOUT),
        log=logging.getLogger(LOGGER),
        now=now,
        clock=time.monotonic,
        timeout=parse_duration(settings.review_timeout),
    )
    return Applications(
        reviews=review_app(desk), probes=probe_app(lambda: checks(loaded, draining()), lambda: notes(loaded))
    )


def http_client(loaded: Loaded) -> PatientHttp:
    """Build what calls the registry."""
    registry = loaded.settings.registry
    ca_file = str(loaded.base / registry.ca_file) if registry.ca_file else None
    return PatientHttp(
        HttpClient(connections=registry.concurrency, ca_file=ca_file),
        calls=registry.concurrency,
        pace=Pace(time.monotonic, time.sleep, random.random),
        told=tell_breaker,
    )


def gate(loaded: Loaded) -> Gate:
    """Build the gate itself."""
    settings = loaded.settings
    registry = settings.registry
    http = http_client(loaded)
    api = ContainerRegistry(endpoint=registry.endpoint, tokens=loaded.tokens, http=http)
    manifests = Distribution(endpoints=registry.hosts, tokens=loaded.tokens, http=http)
    memory = Memory(size=registry.remembered, clock=time.monotonic, jitter=random.random)
    return Gate(
        memory=Remembered(api, manifests, memory.recall),
        registry=Remembered(api, manifests, memory.ask),
        crew=ThreadCrew(threads=registry.concurrency, reviews=max(1, settings.server.threads * 3 // 4)),
        policy=loaded.policy.value,
        table=loaded.table.value if loaded.table else lambda: EMPTY_TABLE,
        scope=Scope(
            sources=settings.sources,
            registries=frozenset(registry.hosts),
            platforms=frozenset(registry.platforms),
        ),
        now=now,
    )


def tell_breaker(host: str, state: State) -> None:
    """Log that a service has stopped answering, or answers again."""
    level = logging.INFO if state is State.CLOSED else logging.WARNING
    fields = {"host": host, "breaker": state.value}
    logging.getLogger(LOGGER).log(level, "breaker of %s is %s", host, state, extra={"fields": fields})


def checks(loaded: Loaded, draining: bool) -> Mapping[str, str | None]:
    """Say of each thing that readiness needs what is wrong with it; None where nothing is.

    The registry is not among them: a gate that took itself out of service because the registry is down
    could not even say so to the people it refuses. Neither are files that cannot be read again: the last
    good ones still serve.
    """
    return {"credentials": _problem(loaded.tokens.token), "serving": "draining" if draining else None}


def notes(loaded: Loaded) -> Mapping[str, str | None]:
    """Say of each file that is read again what is wrong with it now; None where nothing is."""
    return {
        "policy": loaded.policy.problem,
        "table": loaded.table.problem if loaded.table else None,
        "certificate": loaded.certificate.problem,
    }


def _problem(attempt: Callable[[], object]) -> str | None:
    try:
        attempt()
    except ScangateError as error:
        return str(error)
    return None
