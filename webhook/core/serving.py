"""How the gate listens: its part of the GateConfiguration."""

from enum import StrEnum
from typing import Annotated

import msgspec

from webhook.core.documents import Section
from webhook.core.times import Duration

Port = Annotated[int, msgspec.Meta(ge=0, le=65535, description="a port from 0 to 65535")]


class Worker(StrEnum):
    """Which worker of gunicorn answers reviews."""

    ADMISSION = "admission"
    """The gate's own: a connection costs a thread only while a review of it is judged."""
    GTHREAD = "gthread"
    """gunicorn's own one with threads."""


class TlsVersion(StrEnum):
    """A version of TLS, as Kubernetes' own `--tls-min-version` names it."""

    TLS_1_2 = "VersionTLS12"
    TLS_1_3 = "VersionTLS13"


class Tls(Section, frozen=True):
    """The serving certificate, re-read when it changes."""

    cert_file: str
    """PEM file of the certificate chain."""
    key_file: str
    """PEM file of its private key."""
    min_version: TlsVersion = TlsVersion.TLS_1_2
    """The oldest version that is spoken."""


class Clients(Section, frozen=True, kw_only=True):
    """Who may ask: those alone that show a certificate."""

    ca_file: str
    """PEM file of the authorities whose certificates count."""
    names: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    """Names of which one must be in the certificate: its common name, or a DNS name, IP address or URI."""


class Server(Section, frozen=True, kw_only=True):
    """How the gate listens."""

    tls: Tls
    clients: Clients | None = None
    """None: whoever reaches the port may ask."""
    host: str = "0.0.0.0"  # noqa: S104 - a webhook is called from outside its pod
    port: Port = 8443
    """Port of the reviews, over TLS."""
    probe_port: Port = 8080
    """Port of /healthz, /readyz and /metrics, plain HTTP on threads of its own: reviews cannot crowd probes out."""
    worker: Worker = Worker.ADMISSION
    """Which worker of gunicorn answers reviews."""
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = 2
    """Processes. Each has its own memory of scans; as many as the pod has cores."""
    threads: Annotated[int, msgspec.Meta(ge=2, le=1024)] = 96
    """Reviews that each process judges at the same time. With gthread an API server's idle connections hold threads,
    too: up to 25 for each, so 25 for each of three API servers, and some to work."""
    connections: Annotated[int, msgspec.Meta(ge=32, le=65536)] = 1024
    """Connections that each process keeps open."""
    queue: Annotated[int, msgspec.Meta(ge=1, le=65536)] = 512
    """Reviews of each process that wait for a thread; more are answered with 503, and the API server asks again."""
    drain: Duration = "10s"
    """How long after SIGTERM it goes on answering, so that the endpoint is gone everywhere before it stops."""
