"""Servers as processes of their own."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from webhook.errors import ScangateError
from webhook.jobs.demo import processes
from webhook.jobs.demo.processes import Listening, interruptible, serving

LISTEN = """
import json, sys, time
print("a line that is no JSON", file=sys.stderr)
print(json.dumps({"message": "starting", "url": "http://wrong"}), file=sys.stderr)
print(json.dumps({"message": "listening", "url": "http://127.0.0.1:7"}), file=sys.stderr, flush=True)
print("one", flush=True)
print("half", end="", flush=True)
time.sleep(600)
"""


def python(code: str) -> tuple[str, ...]:
    """Return the command that runs *code*."""
    return (sys.executable, "-c", code)


def eventually(true: Callable[[], bool]) -> None:
    """Wait until something is true, for half a minute at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_server_says_where_it_listens(tmp_path: Path) -> None:
    """The line that says so is found among others, also those that are no JSON."""
    with serving("registry", python(LISTEN), tmp_path) as server:
        assert server.listening(time.sleep) == Listening("listening", url="http://127.0.0.1:7")
        assert server.running

    assert not server.running


def test_only_whole_lines_are_read(tmp_path: Path) -> None:
    """A line that is still being written is left for later."""
    with serving("gate", python(LISTEN), tmp_path) as server:
        eventually(lambda: server.output.read_text() == "one\nhalf")

        assert server.lines() == ["one"]
        assert server.lines(1) == []


def test_a_server_that_ends_is_told_with_its_last_words(tmp_path: Path) -> None:
    """A process that cannot start shows the end of its log."""
    with (
        serving("gate", python("import sys; sys.exit('port 8443 is taken')"), tmp_path) as server,
        pytest.raises(ScangateError, match=r"(?s)the gate did not start.*port 8443 is taken"),
    ):
        server.listening(time.sleep)


def test_a_server_that_never_listens_is_given_up(tmp_path: Path) -> None:
    """After so many ticks the wait ends; how long a tick is is up to who waits."""
    ticks: list[float] = []

    with (
        serving("gate", python("import time; time.sleep(600)"), tmp_path) as server,
        pytest.raises(ScangateError, match="did not start"),
    ):
        server.listening(ticks.append)

    assert sum(ticks) == pytest.approx(processes.START_SECONDS)


def test_a_ctrl_c_in_the_terminal_does_not_reach_it(tmp_path: Path) -> None:
    """It is in a process group of its own."""
    with serving("gate", python(LISTEN), tmp_path) as server:
        assert os.getpgid(server.process.pid) != os.getpgid(0)


def test_it_is_stopped_whatever_happens(tmp_path: Path) -> None:
    """An exception inside the context stops the process too."""
    with pytest.raises(KeyboardInterrupt), serving("gate", python(LISTEN), tmp_path) as server:  # noqa: PT012
        server.listening(time.sleep)
        raise KeyboardInterrupt

    assert server.process.returncode == -signal.SIGTERM


def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    """A process that ignores the polite signal is killed after a while."""
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + LISTEN
    with serving("gate", python(stubborn), tmp_path, patience=0.2) as server:
        server.listening(time.sleep)

    assert server.process.returncode == -signal.SIGKILL


def test_old_output_is_gone(tmp_path: Path) -> None:
    """A new process begins with empty files."""
    (tmp_path / "gate.out").write_text("old\n")

    with serving("gate", python("import time; time.sleep(600)"), tmp_path) as server:
        assert server.lines() == []


def test_sigterm_stops_a_server_too() -> None:
    """Inside the context SIGTERM is a Ctrl-C; after it, what it was before."""
    before = signal.getsignal(signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt), interruptible():  # noqa: PT012 - the signal may come a moment later
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(30)

    assert signal.getsignal(signal.SIGTERM) is before
