"""The servers that are measured, all on one core: the gate, Go's webhook, and two before what does nothing."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import click

from bench.machine import cores, family, pinned
from bench.toolchain import WEBHOOK
from tests.certificates import Authority
from tests.e2e.programs import free_ports
from tests.gates import Setup
from tests.processes import PATIENCE_SECONDS, TOKEN, clean_environment
from tests.service.registry import App, Registry
from webhook.wiring.clock import now

THREADS = 32

Program = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens."""

    process: int
    port: int

    @property
    def worker(self) -> int:
        """The process that answers: the youngest of those that there are."""
        return family(self.process)[-1]

    def connected(self, authority: Authority) -> http.client.HTTPSConnection:
        """Return a connection to it that has shaken hands."""
        connection = http.client.HTTPSConnection(
            "localhost", self.port, context=authority.trust(), timeout=PATIENCE_SECONDS
        )
        connection.connect()
        return connection


@dataclass(frozen=True, slots=True)
class Place:
    """Where servers find their files: a certificate, and what they make up."""

    folder: Path
    programs: Path
    authority: Authority

    @property
    def trust(self) -> Path:
        """The certificate that a client trusts."""
        file = self.folder / "ca.crt"
        file.write_text(self.authority.pem)
        return file

    def made(self, name: str) -> Path:
        """Return a folder in it."""
        folder = self.folder / name
        folder.mkdir(exist_ok=True)
        return folder

    @contextmanager
    def gate(self, world: Registry, **server: object) -> Iterator[Server]:
        """Run the gate before a registry: one worker, its audit log written to nowhere."""
        settings = {"workers": 1, "threads": THREADS, "tls": {"certFile": "tls.crt", "keyFile": "tls.key"}} | server
        config = Setup(registry=world.url, server=settings).write(self._certified())
        command = [sys.executable, "-m", "webhook", "serve", "--config", str(config)]
        with self._running("gate", command, {"YC_TOKEN": TOKEN}) as (process, log):
            running = Server(process.pid, announced(process, log))
            # It says so before there is a worker, whose beginning is not to be measured.
            with closing(running.connected(self.authority)) as connection:
                connection.request("POST", "/validate", b"{}")
                connection.getresponse().read()
            yield running

    @contextmanager
    def go(self, apps: Sequence[App], program: str = WEBHOOK) -> Iterator[Server]:
        """Run Go's webhook, which remembers the scans of *apps*, as *program* has it."""
        folder = self._certified()
        cache = {app.scan_id: _remembered(app) for app in apps}
        (folder / "cache.json").write_text(json.dumps(cache))
        command = [str((self.programs / program).absolute()), "-cache", str(folder / "cache.json")]
        command += ["-cert", str(folder / "tls.crt"), "-key", str(folder / "tls.key")]
        with self._running(program, command, {"GOMAXPROCS": "1"}) as (process, log):
            yield Server(process.pid, announced(process, log))

    @contextmanager
    def server(self) -> Iterator[Server]:
        """Run the application that does nothing, on the gate's own server."""
        command = [sys.executable, "-m", "bench.null_server", str(self._certified()), str(THREADS)]
        with self._running("server", command, {}) as (process, log):
            yield Server(process.pid, announced(process, log))

    @contextmanager
    def null(self, *, worker: str = "gthread", tls: bool = True) -> Iterator[Server]:
        """Run the application that does nothing, on gunicorn."""
        folder, [port] = self._certified(), free_ports(1)
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--worker-class", worker]
        command += ["--threads", str(THREADS), "--keep-alive", "95", "--no-control-socket"]
        files = ["--certfile", str(folder / "tls.crt"), "--keyfile", str(folder / "tls.key")]
        command += [*(files if tls else ()), "bench.null_app:application"]
        with self._running(f"null-{port}", command, {}) as (process, log):
            _wait(process, log, lambda: "Booting worker" in log.read_text())
            yield Server(process.pid, port)

    def _certified(self) -> Path:
        if not (self.folder / "tls.crt").exists():
            self.authority.issue().write(self.folder)
        return self.folder

    @contextmanager
    def _running(self, name: str, command: list[str], environment: Mapping[str, str]) -> Iterator[tuple[Program, Path]]:
        log = self.folder / f"{name}.log"
        with log.open("wb") as errors, Path("/dev/null").open("wb") as nowhere:
            process = pinned(
                command, cores()[0], env=clean_environment() | dict(environment), stdout=nowhere, stderr=errors
            )
        try:
            yield process, log
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def announced(process: Program, log: Path) -> int:
    """Return the port on which a server says that it listens, once it does."""

    def said() -> list[str]:
        lines = (json.loads(line) for line in log.read_text().splitlines(keepends=True) if line.endswith("}\n"))
        return [line["reviews"] for line in lines if line.get("message") == "listening"]

    _wait(process, log, lambda: bool(said()))
    return urlsplit(said()[0]).port or 0


def _wait(process: Program, log: Path, true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        if time.monotonic() > end or process.poll() is not None:
            raise click.ClickException(f"a server does not listen:\n{log.read_text()}")
        time.sleep(0.02)


def _remembered(app: App) -> dict[str, object]:
    at = now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {"digest": app.digest, "imageId": app.image_id, "scannedAt": at, "counts": {}}
