"""On what terms connections are kept, and for how long each of their steps may take."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from webhook.adapters.admission_worker.shedding import Shedding
from webhook.adapters.admission_worker.waiting import Waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """Seconds for each step, all of it together: a client that sends byte after byte gains nothing."""

    handshake: float = 10.0
    """From the connection to the end of the TLS handshake: as long as a Go client waits for it."""
    idle: float = 95.0
    """Without a request. Above the 90 s for which Go's HTTP transport keeps an idle connection: the client, which knows
    whether it is about to send, closes first. A connection closed under a request is a refused pod."""
    head: float = 5.0
    """From the first byte of a request to the end of its head."""
    body: float = 10.0
    """From there to the end of its body: 7 MiB at 6 Mbit/s."""
    answer: float = 5.0
    """For a client to take its answer."""
    parting: float = 2.0
    """For a client to close when it has been told to; then it is closed on this side, too."""
    leaving: float = 2.0
    """For a request that may be on its way, on a connection that is idle when the process is to end."""
    queue: float = 1.0
    """For a request to wait for a thread; less than an API server's deadline leaves for such moments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What one process takes upon itself."""

    tls: Callable[[], ssl.SSLContext]
    """Gives the context for a new connection."""
    draining: Callable[[], bool]
    """Tells whether the server is about to stop."""
    threads: int
    """Requests that are answered at the same time."""
    connections: int
    """How many are open at the same time."""
    queue: int
    """Requests that wait for a thread."""
    body_bytes: int
    """The longest body that is worth reading."""
    held_bytes: int = 64 * 1024 * 1024
    """What has come of all unfinished requests together: nine of the longest, or some thousand usual ones."""
    patience: Patience = field(default_factory=Patience)
    waiting: Waiting = field(default_factory=Waiting)
    """Called by whoever is about to wait within a request."""
    shedding: Shedding = field(default_factory=Shedding)
    """Called for each request and connection that there is no room for."""
