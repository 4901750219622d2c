"""A registry that dies or stands still, as a process of its own."""

import json
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document, Process, eventually, running
from tests.service.days import Population, breaker_states, live_through, recovers
from tests.service.registry import new_app, uid_of

APPS = [new_app() for _ in range(200)]
BAD_APPS = [new_app() for _ in range(200)]
TIMEOUT_SECONDS = 3


@pytest.fixture
def world_file(folder: Path) -> Path:
    """Write a world of some images."""
    file = folder / "world.yaml"
    sections = [app.section() for app in APPS] + [app.section(critical=1, high=3) for app in BAD_APPS]
    file.write_text(json.dumps({"images": sections}))
    return file


@pytest.fixture
def emulator(world_file: Path) -> Iterator[Process]:
    """Run the emulated registry."""
    with running("emulate", world_file, "--port", "0") as process:
        yield process


@pytest.fixture
def server(emulator: Process, authority: Authority, folder: Path) -> Iterator[Gate]:
    """Run a gate before it."""
    with gate(folder, authority, Setup(registry=emulator.listening()["url"])) as process:
        yield process


def denied(server: Gate, document: Document) -> str:
    """Return the message of a denial for a registry that does not answer, which must come in time, and recorded."""
    started = time.monotonic()
    response = server.judge(document, f"{TIMEOUT_SECONDS}s")
    assert time.monotonic() - started < TIMEOUT_SECONDS
    assert (response["allowed"], response["status"]["code"]) == (False, 503)
    record = server.record(uid_of(document))
    assert (record["allowed"], record["reason"]) == (False, "unavailable")
    return str(response["status"]["message"])


def test_registry_that_is_killed(server: Gate, emulator: Process, world_file: Path) -> None:
    """A dead registry is a prompt denial that says so; what is known still passes, and all is well when it is back."""
    good, bad = iter(APPS), iter(BAD_APPS)
    images = Population(next(good), next(bad), good, bad)
    images.introduce(server)
    where = emulator.listening()["url"]
    emulator.signal(signal.SIGKILL)
    emulator.wait()
    new = next(good)
    assert "could not be connected to" in denied(server, new.review())
    live_through(server, images, seconds=1.0, timeout=TIMEOUT_SECONDS)
    assert breaker_states(server) == ["open"]
    with running("emulate", world_file, "--port", where.rpartition(":")[2]) as another:
        another.listening()
        recovers(server, images)
        eventually(lambda: server.judge(new.review())["allowed"])
    assert breaker_states(server)[-1] == "closed"


def test_registry_that_stands_still(server: Gate, emulator: Process) -> None:
    """A registry that takes connections and never answers is a denial in time; it recovers with the registry."""
    emulator.signal(signal.SIGSTOP)
    try:
        assert "did not answer" in denied(server, APPS[0].review())
    finally:
        emulator.signal(signal.SIGCONT)
    eventually(lambda: server.judge(APPS[1].review())["allowed"])
