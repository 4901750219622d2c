"""An emulator on a socket of its own, with a clock that tests move and a client that asks it."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3

from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world import World
from webhook.emulator.world_file import parse_world

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
REGISTRY = "crpk28lsfu91rns28316"
API = "/container-registry/v1"
SECONDS = 10.0
"""After which a test gives up on an answer; nothing takes so long."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Move the time on."""
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass
class Served:
    """A running emulator and the way to ask it."""

    emulator: Emulator
    clock: Clock
    url: str
    pool: urllib3.PoolManager
    token: str = "t1.any"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(
        self, method: str, path: str, *, body: bytes | str | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a request as an account with the token; a header that is given stands in for it."""
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        answer = self.pool.request(
            method, self.url + path, body=body, headers=sent, retries=False, redirect=False, timeout=SECONDS
        )
        return Reply(answer.status, answer.headers, answer.data)

    def get(self, path: str, **headers: str) -> Reply:
        """Ask for *path* of the API."""
        return self.ask("GET", API + path, headers=headers)


@contextmanager
def served(world: Mapping[str, Any] | World, *, seed: str = "test") -> Iterator[Served]:
    """Serve a world on a free port for as long as the block runs."""
    clock = Clock()
    values = world if isinstance(world, World) else parse_world(world, now=clock.at)
    emulator = Emulator(values, now=clock, seed=seed)
    with serve(emulator) as running, urllib3.PoolManager(maxsize=4) as pool:
        yield Served(emulator, clock, running.url, pool)


def one_image(**image: Any) -> dict[str, Any]:
    """Return the world file of one image, `crpapi`, with one READY scan, `cheapi`, unless told otherwise."""
    content = {
        "name": f"{REGISTRY}/shop/api",
        "id": "crpapi",
        "tags": ["v1"],
        "scans": [{"id": "cheapi", "scannedAt": "1h ago", "vulnerabilities": {"critical": 2, "low": 5}}],
    }
    return {"images": [content | image]}
