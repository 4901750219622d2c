"""Commands of scangate as processes of their own, their output in files."""

import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from webhook.errors import ScangateError

START_SECONDS = 30.0
"""How long a process may take to listen: far more than it needs on a slow machine."""

STOP_SECONDS = 25.0
"""How long a process may take to stop before it is killed: longer than the gate waits for what it has begun."""

TICK_SECONDS = 0.05

SHOWN_LINES = 5
"""Last lines of a log that are shown where a process did not start."""


class Listening(msgspec.Struct, frozen=True):
    """The line of a log that says where a process listens."""

    message: Literal["listening"]
    url: str = ""
    """Of the emulated registry."""
    reviews: str = ""
    """Of the gate."""
    probes: str = ""
    """Of the gate's health."""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that serves until it is told to stop."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path
    """Its standard output."""
    log: Path
    """Its standard error."""

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def listening(self, wait: Callable[[float], None]) -> Listening:
        """Wait until its log says where it listens. *wait* sleeps for some seconds.

        Raises:
            ScangateError: it ended, or took too long.
        """
        for _ in range(int(START_SECONDS / TICK_SECONDS)):
            running = self.running
            found = next(filter(None, map(_listening, _lines(self.log))), None)
            if found is not None:
                return found
            if not running:
                break
            wait(TICK_SECONDS)
        last = "\n".join(_lines(self.log)[-SHOWN_LINES:])
        raise ScangateError(f"the {self.name} did not start; its log, {self.log}, ends with:\n{last}")

    def lines(self, start: int = 0) -> list[str]:
        """Return the whole lines of its standard output so far, from line *start* on."""
        return _lines(self.output)[start:]


@contextmanager
def serving(name: str, command: Sequence[str], folder: Path, *, patience: float = STOP_SECONDS) -> Iterator[Server]:
    """Run *command* as long as the context lasts; its output goes to files in *folder*.

    In the end it is told to stop, and killed after *patience* seconds.

    The process gets a group of its own: a Ctrl-C in the terminal is for this process alone, which stops
    that one in its turn.
    """
    output, log = folder / f"{name}.out", folder / f"{name}.log"
    with output.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(  # noqa: S603 - the command is our own
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, process_group=0
        )
    try:
        yield Server(name, process, output, log)
    finally:
        _stop(process, patience)


@contextmanager
def interruptible() -> Iterator[None]:
    """Take SIGTERM for a Ctrl-C as long as the context lasts: contexts inside it are left, and servers stopped."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(process: subprocess.Popen[bytes], patience: float) -> None:
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _listening(line: str) -> Listening | None:
    try:
        return msgspec.json.decode(line, type=Listening)
    except msgspec.DecodeError:
        return None


def _lines(file: Path) -> list[str]:
    """Return the lines of *file* that have their end already."""
    return file.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]
