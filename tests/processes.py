"""Scangate's own commands as processes: started, listened to, and stopped."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).parents[1]
"""The repository: `python -m webhook` started here runs this very package."""

PATIENCE_SECONDS = 60.0
"""After so long something that should happen never will."""

TOKEN = "t1.9euelZqOnJKexpWM.an-example-token-that-nothing-may-show"

Document = dict[str, Any]


class Lines:
    """The lines that a process writes to one of its streams, as they come."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Read *stream* to its end, in a thread."""
        self._stream = stream
        self._lines: list[bytes] = []
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._stream:
            for line in self._stream:
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def all(self) -> list[bytes]:
        """Return the lines so far."""
        with self._changed:
            return list(self._lines)

    def documents(self) -> list[Document]:
        """Return the lines so far as JSON objects."""
        return [json.loads(line) for line in self.all()]

    def first(self, wanted: Callable[[Document], bool]) -> Document:
        """Return the first line that is *wanted*, now or when it comes; each line must be JSON."""

        def found() -> Document | None:
            return next((document for document in map(json.loads, self._lines) if wanted(document)), None)

        with self._changed:
            self._changed.wait_for(lambda: self._ended or found() is not None, PATIENCE_SECONDS)
            document = found()
        state = "the stream has ended" if self._ended else f"nothing more in {PATIENCE_SECONDS:g} s"
        assert document is not None, f"{state} after:\n{b''.join(self._lines).decode(errors='replace')}"
        return document

    def join(self) -> None:
        """Wait until the process has closed the stream."""
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()


class Process:
    """A Python module that runs as a program until it is stopped."""

    def __init__(self, module: str, *arguments: str | Path, environment: Mapping[str, str] | None = None) -> None:
        """Start `python -m MODULE ARGUMENTS`, with nothing of ours in its environment but *environment*."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=clean_environment() | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.output, self.log = Lines(self.process.stdout), Lines(self.process.stderr)

    def listening(self) -> Document:
        """Wait until it says where it listens, and return what it says."""
        return self.log.first(lambda line: line["message"] == "listening")

    def signal(self, number: int) -> None:
        """Send a signal to it, and to it alone."""
        self.process.send_signal(number)

    def wait(self) -> int:
        """Wait for its end, and return its exit code."""
        code = self.process.wait(PATIENCE_SECONDS)
        self.output.join()
        self.log.join()
        return code

    def end(self) -> None:
        """Stop it, by force where it must be."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.wait()


def clean_environment() -> dict[str, str]:
    """Return this process's environment without what scangate reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SCANGATE_", "YC_"))}


@contextmanager
def running(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Iterator[Process]:
    """Run a command of scangate as long as the context lasts."""
    with running_module("webhook", *arguments, environment=environment) as process:
        yield process


@contextmanager
def running_module(
    module: str, *arguments: str | Path, environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run a module as a program as long as the context lasts."""
    process = Process(module, *arguments, environment=environment)
    try:
        yield process
    finally:
        process.end()


def run(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command of scangate to its end."""
    return subprocess.run(
        [sys.executable, "-m", "webhook", *arguments],
        cwd=ROOT,
        env=clean_environment() | dict(environment or {}),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def eventually(true: Callable[[], bool]) -> None:
    """Wait until *true* is, and claim that it comes to be."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
