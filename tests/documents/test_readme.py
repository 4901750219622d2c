"""README.md: what it shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.documents import ROOT, blocks, text
from webhook.cli import commands

FREE_PORTS = ("--port", "0", "--probe-port", "0", "--registry-port", "0")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """Run the demonstration once: the real gate, the emulated registry, all examples."""
    return subprocess.run(
        [sys.executable, "-m", "webhook", "demo", "--once", "--examples", str(ROOT / "examples"), *FREE_PORTS],
        cwd=tmp_path_factory.mktemp("demonstration"),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def timeless(shown: str) -> str:
    """Take the times out: scans of the examples are some hours old, whenever it is."""
    return TIME.sub("<time>", shown)


def test_the_demonstration_succeeds(demonstration: subprocess.CompletedProcess[str]) -> None:
    """Every example gets the decision that it names, and nothing is said on standard error."""
    assert demonstration.returncode == 0, demonstration.stdout + demonstration.stderr
    assert demonstration.stderr == ""


@pytest.mark.parametrize("beginning", ["OBJECT ", "Error from server"])
def test_it_shows_the_real_output(demonstration: subprocess.CompletedProcess[str], beginning: str) -> None:
    """The table of verdicts and the denial in the README are those of the demonstration."""
    shown = [block for block in blocks(text("README.md"), "text") if block.startswith(beginning)]

    assert len(shown) == 1
    assert timeless(shown[0]) in timeless(demonstration.stdout.replace(f"{ROOT}{os.sep}", ""))


def test_each_denial_that_is_asked_for_is_demonstrated(demonstration: subprocess.CompletedProcess[str]) -> None:
    """Clean, over limits, forged, unpinned, never scanned and still scanning: each has its row."""
    rows = demonstration.stdout.partition("OBJECT ")[2].partition("\n\n")[0]
    reasons = {line.split()[-1] for line in rows.splitlines() if line.startswith(("pod/", "deployment/"))}

    assert {"within-limits", "over-limits", "mismatched", "unpinned", "missing", "unfinished", "stale"} <= reasons


def test_the_audit_log_has_a_record_of_each(demonstration: subprocess.CompletedProcess[str]) -> None:
    """There are as many audit records as examples."""
    examples = list((ROOT / "examples" / "pods").iterdir())

    assert demonstration.stdout.count('"kind":"AdmissionRecord"') == len(examples)


def test_it_shows_the_help_of_the_command() -> None:
    """The help in the README is what the command prints."""
    result = CliRunner().invoke(commands, ["--help"], prog_name="scangate", env={"COLUMNS": "80"})

    assert blocks(text("README.md"), "console") == [f"$ scangate --help\n{result.output}"]


def test_its_commands_are_targets() -> None:
    """Each `make` target that the README and CONTRIBUTING.md name is one."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    documents = text("README.md") + text("CONTRIBUTING.md")

    assert set(re.findall(r"\bmake ([a-z]+)\b", "\n".join(blocks(documents, "sh")))) <= targets


@pytest.mark.parametrize("given", ["option", "environment"])
def test_a_wrong_file_ends_the_command_as_it_says(tmp_path: Path, given: str) -> None:
    """Exit code 2 and one line on standard error, whether the file is named by option or environment."""
    missing = str(tmp_path / "none.yaml")
    done = subprocess.run(
        [sys.executable, "-m", "webhook", "serve", *(("--config", missing) if given == "option" else ())],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SCANGATE_SERVE_CONFIG": missing},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 2
    assert done.stderr.startswith(f"scangate: {missing}: ")
    assert done.stderr.count("\n") == 1
