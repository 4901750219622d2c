"""The commands about logs: their help teaches, they read standard input, and a terminal sees how far they are."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.long_logs import write
from tests.processes import PATIENCE_SECONDS, ROOT, clean_environment
from tests.records import line_for
from webhook.cli import commands
from webhook.core.reasons import Reason


@pytest.mark.parametrize("command", ["replay", "report"])
def test_help_teaches(command: str) -> None:
    """It shows how to come by a log, and what the exit codes mean."""
    shown = CliRunner().invoke(commands, [command, "--help"])
    assert shown.exit_code == 0
    for said in ("Exit codes: 0", "kubectl logs", "--since", "--output"):
        assert said in shown.output


@pytest.mark.parametrize("files", [[], ["-"]], ids=["none", "dash"])
def test_standard_input(files: list[str]) -> None:
    """Without files, or for a dash, it is read."""
    shown = CliRunner().invoke(commands, ["report", *files], input=line_for(Reason.STALE))
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert shown.stdout.startswith("Log:\n  lines    1\n  records  1\n")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--since", "soon"], "24h"),
        (["--until", "tomorrow"], "24h"),
        (["--top", "0"], "--top"),
        (["--output", "xml"], "json"),
    ],
)
def test_option_that_is_wrong(options: list[str], said: str) -> None:
    """Exit code 2, and the message says what would be right."""
    shown = CliRunner().invoke(commands, ["report", *options], input=b"")
    assert shown.exit_code == 2
    assert options[0] in shown.output
    assert said in shown.output


def test_terminal_sees_progress(tmp_path: Path) -> None:
    """A bar on standard error, which is gone at the end; standard output has the report alone."""
    log = tmp_path / "audit.log"
    write(log, 12_000)
    terminal, end = pty.openpty()
    with open(terminal, "rb", buffering=0) as seen:
        done = subprocess.run(
            [sys.executable, "-m", "webhook", "report", log],
            cwd=ROOT,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=end,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
        os.close(end)
        shown = seen.read(65_536)
    assert b"%  5,000 lines" in shown
    assert b"%  10,000 lines" in shown
    assert shown.endswith(b"\r\x1b[K")
    assert b"%" not in done.stdout
