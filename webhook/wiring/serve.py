"""The gate behind its server, put together."""

import logging
import logging.config
from collections.abc import Callable, Mapping
from pathlib import Path

from webhook.adapters.client_certificates import ClientCertificates
from webhook.adapters.metrics.reporter import Reporter
from webhook.adapters.metrics.traffic import counted
from webhook.adapters.places import Places
from webhook.adapters.server import Applications, Serving, serve
from webhook.adapters.streams import LOGGER, log_config
from webhook.adapters.tls import ServingCertificate
from webhook.app import probe_app, review_app
from webhook.core.environment import Environment
from webhook.core.times import parse_duration
from webhook.desk import MAX_REVIEW_BYTES
from webhook.wiring.loading import Configuration, Loaded, follow, load_gate
from webhook.wiring.metering import Metering, ledger
from webhook.wiring.running import RunningGate
from webhook.wiring.standing import Standing
from webhook.wiring.tracing import Tracer, tracer, untraced


def serve_gate(config: Path, environment: Environment) -> None:
    """Serve reviews until a signal says to stop.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
    """
    logging.config.dictConfig(log_config("info"))
    configuration = load_gate(config, environment)
    loaded = configuration.value()
    certificate = serving_certificate(loaded)
    logging.getLogger().setLevel(loaded.settings.log_level.upper())
    trace = tracer(loaded.settings.tracing, str(config))
    numbers = ledger(loaded.settings.server.workers)
    serving = _serving(loaded, certificate, follow=lambda: _follow(configuration, certificate), vacate=numbers.vacate)

    def build(draining: Callable[[], bool]) -> Applications:
        metering = Metering(numbers, serving.places.mine, serving.waiting)
        serving.shedding.hear(metering.shed)
        return applications(configuration, certificate, draining, metering, tracing=trace)

    serve(serving, build)


def _serving(
    loaded: Loaded, certificate: ServingCertificate, *, follow: Callable[[], None], vacate: Callable[[int], None]
) -> Serving:
    server = loaded.settings.server
    return Serving(
        host=server.host,
        port=server.port,
        probe_port=server.probe_port,
        workers=server.workers,
        worker=server.worker,
        threads=server.threads,
        connections=server.connections,
        queue=server.queue,
        body_bytes=MAX_REVIEW_BYTES,
        drain_seconds=parse_duration(server.drain),
        cert_file=str(loaded.base / server.tls.cert_file),
        key_file=str(loaded.base / server.tls.key_file),
        tls=certificate.context,
        log=logging.getLogger(LOGGER),
        follow=follow,
        places=Places(vacate),
    )


def serving_certificate(loaded: Loaded) -> ServingCertificate:
    """Load the certificate, and what is demanded of clients. Raises `InvalidDocument` where files do not fit."""
    server, log = loaded.settings.server, logging.getLogger(LOGGER)
    clients = None
    if server.clients is not None:
        clients = ClientCertificates(loaded.base / server.clients.ca_file, server.clients.names, log)
    pair = (loaded.base / server.tls.cert_file, loaded.base / server.tls.key_file)
    return ServingCertificate(*pair, log, clients, server.tls.min_version)


def applications(
    configuration: Configuration,
    certificate: ServingCertificate,
    draining: Callable[[], bool],
    metering: Metering,
    tracing: Tracer = untraced,
) -> Applications:
    """Build the applications of one process. Threads and connections begin here, after the fork."""
    traced = tracing(metering.audience)
    running = RunningGate(configuration.value(), traced.audience)
    configuration.start(running.follow)
    certificate.start()
    standing = Standing(running, configuration, certificate, draining=draining)
    Reporter(metering.reporting(standing), logging.getLogger(LOGGER)).start()

    def notes() -> Mapping[str, str | None]:
        return {"configuration": configuration.problem, "certificate": certificate.problem, **running.notes()}

    return Applications(
        reviews=counted(traced.application(review_app(running.desk)), metering.meter),
        probes=probe_app(lambda: running.checks(draining=draining()), notes, metering.expose),
        end=traced.end,
    )


def _follow(configuration: Configuration, certificate: ServingCertificate) -> None:
    """Keep what a process begins with that is forked late."""
    certificate.context()
    follow(configuration)
