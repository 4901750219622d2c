"""The client: a Go program that asks one server, on the other core, and what it found."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from bench.documents import UID
from bench.machine import cores, cpu_seconds, pinned
from bench.servers import Server


class Run(msgspec.Struct, frozen=True):
    """What the client says of its requests; times are in seconds."""

    requests: int
    asked: int
    """With those that were to warm the server up."""
    failed: int
    first: str
    """The first failure."""
    seconds: float
    p50: float
    p99: float
    max: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A run, and what it cost the server."""

    run: Run
    cpu: float
    """Seconds on the processor for each request."""

    @property
    def throughput(self) -> float:
        """Requests in a second."""
        return self.run.requests / self.run.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How a server is asked."""

    programs: Path
    trust: Path | None
    """None: without TLS."""
    seconds: float

    def ask(self, server: Server, body: Path, connections: int, *, rate: float = 0, echo: bool = True) -> Measured:
        """Ask *server* with *body* over so many connections; *rate* in a second, or as often as it answers.

        Raises:
            click.ClickException: a request failed: figures of failures are none.
        """
        flags = [str((self.programs / "load").absolute()), *self.flags(server, body), "-duration", f"{self.seconds}s"]
        flags += ["-connections", str(connections), "-rate", str(rate)]
        if echo:
            flags.append("-echo")
        client = pinned(flags, cores()[1], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert client.stderr  # noqa: S101 - for the type checker
        begun = client.stderr.readline()  # all hands are shaken
        before = cpu_seconds(server.process)
        out, errors = client.communicate()
        spent = cpu_seconds(server.process) - before
        if client.returncode or begun != b"begin\n":
            raise click.ClickException(f"the client failed: {(begun + errors).decode()}")
        run = msgspec.json.decode(out, type=Run)
        if run.failed or not run.requests:
            raise click.ClickException(f"{run.failed} requests failed; the first: {run.first}")
        return Measured(run, spent / run.asked)

    def flags(self, server: Server, body: Path) -> Sequence[str]:
        """Return what every client is told: whom to ask, and what."""
        return [
            *("-address", f"127.0.0.1:{server.port}"),
            *("-body", str(body)),
            *("-mark", UID),
            *(() if self.trust is None else ("-authority", str(self.trust))),
        ]
