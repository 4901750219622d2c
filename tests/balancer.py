"""A balancer of TCP connections, as a process: `python -m tests.balancer FILE`.

FILE is a list of ports on 127.0.0.1, in JSON, and read for each new connection; these go to one port after the other.
What lasts is not touched when the list changes, as with kube-proxy. Each connection is a line on standard output.
"""

import asyncio
import contextlib
import itertools
import json
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.processes import Process, running_module
from tests.replicas import Endpoints


@dataclass(frozen=True, slots=True)
class Balancer:
    """A balancer that is running."""

    process: Process
    port: int

    @property
    def connections(self) -> int:
        """How many it has seen."""
        return len(self.process.output.all())


class ListedEndpoints(Endpoints):
    """Endpoints that are written to the file of a balancer."""

    def __init__(self, file: Path) -> None:
        """Begin with none."""
        super().__init__()
        self._file = file
        self._publish([])

    def _publish(self, ports: list[int]) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps(ports))
        new.rename(self._file)


@contextmanager
def balancing(folder: Path) -> Iterator[tuple[Balancer, ListedEndpoints]]:
    """Run a balancer without endpoints as yet."""
    endpoints = ListedEndpoints(folder / "endpoints.json")
    with running_module("tests.balancer", folder / "endpoints.json") as process:
        yield Balancer(process, int(process.listening()["port"])), endpoints


async def _balance(file: Path) -> None:
    turns = itertools.count()

    async def connected(reader: StreamReader, writer: StreamWriter) -> None:
        ports = json.loads(file.read_text())
        port = ports[next(turns) % len(ports)] if ports else 0
        sys.stdout.write(f"{json.dumps({'to': port})}\n")
        sys.stdout.flush()
        try:
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.transport.abort()
            return
        await asyncio.gather(_pump(reader, back), _pump(there, writer))
        for each in (writer, back):
            each.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=1024)
    message = {"message": "listening", "port": server.sockets[0].getsockname()[1]}
    sys.stderr.write(f"{json.dumps(message)}\n")
    sys.stderr.flush()
    await server.serve_forever()


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    """Carry what comes in one direction, and its end."""
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_balance(Path(sys.argv[1])))
