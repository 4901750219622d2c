"""`scangate check`: what it takes, where its report goes, and its exit codes."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.jobs.check.samples import SERVICE
from tests.processes import PATIENCE_SECONDS, ROOT, TOKEN, clean_environment, run
from tests.service.registry import Registry, registry
from webhook.cli import commands

POLICY = ROOT / "examples" / "policy.yaml"


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """A registry for the images of these tests."""
    with registry() as served:
        yield served


def options(world: Registry) -> tuple[str | Path, ...]:
    """Return how to reach the registry of these tests, and by which policy to judge."""
    place = ("--endpoint", world.url, "--registry", f"cr.yandex={world.url}", "--allow-http")
    return ("check", "--policy", POLICY, *place)


def checked(world: Registry, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return run(*options(world), *arguments, environment={"YC_TOKEN": TOKEN})


def test_help_teaches() -> None:
    """It says what is judged and by what, with examples, and what its exit codes mean."""
    shown = CliRunner().invoke(commands, ["check", "--help"])
    assert shown.exit_code == 0
    for said in ("helm template", "--format sarif", "Exit codes: 0", "YC_TOKEN"):
        assert said in shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--policy", "p.yaml"], "Name files, folders, - or --image."),
        (["--image", "nginx"], "Name a --policy or a --config."),
        (["--image", "nginx", "--policy", "p.yaml", "--registry", "cr.yandex"], "is not KEY=VALUE"),
        (["--image", "nginx", "--policy", "p.yaml", "--timeout", "soon"], "'soon' is not a duration"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    """It is exit code 2, with what would be right."""
    shown = CliRunner().invoke(commands, ["check", *arguments])
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_exit_codes(world: Registry, tmp_path: Path) -> None:
    """0 where all would be admitted, 1 where something would be denied, 2 where there is no answer."""
    good, bad = (world.app(critical=number).reference for number in (0, 1))
    (tmp_path / "wrong.yaml").write_text("a: 1\n")
    done = [checked(world, *more) for more in (["--image", good], ["--image", bad], [tmp_path / "wrong.yaml"])]
    assert [one.returncode for one in done] == [0, 1, 2]
    assert [one.stderr for one in done[:2]] == ["", ""]
    [line] = done[2].stderr.splitlines()
    assert line.startswith(f"scangate: {tmp_path}/wrong.yaml: the document: is no object of Kubernetes")
    assert done[2].stdout == ""


def test_standard_input_and_a_file_for_the_report(world: Registry, tmp_path: Path) -> None:
    """A rendered chart comes from a pipe, and the report goes to a file."""
    output = tmp_path / "report.sarif"
    done = subprocess.run(
        [sys.executable, "-m", "webhook", *options(world), "-", "--format", "sarif", "--output", output],
        cwd=ROOT,
        env=clean_environment() | {"YC_TOKEN": TOKEN},
        input=SERVICE,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert '"version": "2.1.0"' in output.read_text()


def test_progress_on_a_terminal(world: Registry) -> None:
    """Standard error tells how far it is where somebody looks at it; the report stays on standard output."""
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "webhook", *options(world), "--image", world.app().reference],
        cwd=ROOT,
        env=clean_environment() | {"YC_TOKEN": TOKEN, "TERM": "xterm"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    os.close(theirs)
    shown = os.read(ours, 65536)
    os.close(ours)
    assert done.returncode == 0
    assert b"Judging" in shown
    assert b"Judging" not in done.stdout
