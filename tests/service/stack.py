"""The whole service for tests: a gate in processes of its own, over TLS, before an emulated registry."""

import json
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

import yaml

from tests.certificates import Authority
from webhook.emulator.emulator import Emulator
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world

TOKEN = "t1.example-token-that-nobody-may-see"

POLICY: Mapping[str, Any] = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [
        {
            "name": "default",
            "limits": {name: "unlimited" for name in ("medium", "low", "negligible", "undefined")},
        }
    ],
}


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Answer:
    """What the gate answered to a POST."""

    status: int
    headers: Mapping[str, str]
    document: Any

    @property
    def response(self) -> Any:
        """The response of the review."""
        return self.document["response"]

    @property
    def allowed(self) -> bool:
        """Whether the request was admitted."""
        return self.response["allowed"] is True

    @property
    def reasons(self) -> set[str]:
        """The reasons of a denial."""
        return {cause["reason"] for cause in self.response["status"]["details"]["causes"]}

    @property
    def message(self) -> str:
        """The message of a denial."""
        return str(self.response["status"]["message"])


@dataclass
class GateProcess:
    """A running gate."""

    process: subprocess.Popen[bytes]
    folder: Path
    reviews: str = ""
    probes: str = ""
    out: list[bytes] = field(default_factory=list)
    err: list[bytes] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def records(self, uid: str) -> list[Any]:
        """Return the audit records of a request, waiting for the first one."""
        for _ in range(200):
            found = [
                record for record in map(json.loads, list(self.out)) if (record["request"] or {}).get("uid") == uid
            ]
            if found:
                return found
            threading.Event().wait(0.02)
        return []

    def post(self, body: bytes, *, timeout: str = "10s", path: str = "/validate") -> Answer:
        """POST a review as an API server does, on a connection of its own."""
        address = urlsplit(self.reviews)
        context = ssl.create_default_context(cafile=str(self.folder / "ca.crt"))
        connection = HTTPSConnection(address.hostname or "", address.port, timeout=40, context=context)
        try:
            connection.request("POST", f"{path}?timeout={timeout}", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            return Answer(reply.status, dict(reply.headers), json.loads(reply.read()))
        finally:
            connection.close()

    def start(self) -> None:
        """Read what it prints, and wait until it listens."""
        ready = threading.Event()
        pairs: list[tuple[IO[bytes] | None, list[bytes]]] = [
            (self.process.stdout, self.out),
            (self.process.stderr, self.err),
        ]
        for stream, lines in pairs:
            thread = threading.Thread(target=self._read, args=(stream, lines, ready))
            thread.start()
            self.threads.append(thread)
        if not ready.wait(30) or not self.reviews:
            raise AssertionError(b"".join(self.err).decode())

    def stop(self) -> None:
        """End it, and everything that read from it."""
        self.process.terminate()
        self.process.wait(60)
        for thread in self.threads:
            thread.join()

    def _read(self, stream: IO[bytes], lines: list[bytes], ready: threading.Event) -> None:
        with stream:
            for line in stream:
                lines.append(line)
                if b'"message":"listening"' in line:
                    said = json.loads(line)
                    self.reviews, self.probes = said["reviews"], said["probes"]
                    ready.set()
        ready.set()


@contextmanager
def running_gate(
    folder: Path, registry: str, *, policy: Mapping[str, Any] = POLICY, **settings: Any
) -> Iterator[GateProcess]:
    """Run a gate that asks the registry at that URL; *settings* are keys of its configuration."""
    authority = Authority()
    authority.issue().write(folder)
    (folder / "ca.crt").write_text(authority.pem)
    (folder / "policy.yaml").write_text(json.dumps(policy))
    (folder / "gate.yaml").write_text(yaml.safe_dump(_configuration(registry, settings)))
    process = subprocess.Popen(
        [sys.executable, "-m", "webhook", "serve", "--config", str(folder / "gate.yaml")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "YC_TOKEN": TOKEN},
    )
    gate = GateProcess(process, folder)
    try:
        gate.start()
        yield gate
    finally:
        gate.stop()


@contextmanager
def running_emulator(world: Mapping[str, Any]) -> Iterator[tuple[Emulator, str]]:
    """Run an emulated registry with *world* in it, in this process."""
    emulator = Emulator(parse_world(world, now=now()), now=now)
    with serve(emulator) as running:
        yield emulator, running.url


def _configuration(registry: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    server = {
        "host": "127.0.0.1",
        "port": 0,
        "probePort": 0,
        "workers": 1,
        "drain": "0s",
        "tls": {"certFile": "tls.crt", "keyFile": "tls.key"},
    }
    asked = {"endpoint": registry, "allowHttp": True, "hosts": {"cr.yandex": registry}}
    return {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "policyFile": "policy.yaml",
        **settings,
        "server": server | settings.get("server", {}),
        "registry": asked | settings.get("registry", {}),
    }
