"""The command line: every command is there, and is imported for those alone who ask for it."""

import subprocess
import sys

import click
import pytest

from tests.processes import run
from webhook.cli import COMMANDS, commands


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "-h"), ("emulate", "-h")])
def test_help(arguments: tuple[str, ...]) -> None:
    """Every command explains itself on standard output."""
    done = run(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: " in done.stdout
    assert "--token" not in done.stdout


def test_version() -> None:
    """The version is told in one line."""
    done = run("--version")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)


@pytest.mark.parametrize(
    "arguments", [(), ("nonsense",), ("serve",), ("serve", "--nonsense"), ("emulate", "--port", "x", "w")]
)
def test_wrong_use(arguments: tuple[str, ...]) -> None:
    """Wrong arguments are exit code 2, and standard output stays empty."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")


def test_every_command_is_there() -> None:
    """By its name, and with a line about it in the help."""
    context = click.Context(commands)
    assert commands.list_commands(context) == sorted(COMMANDS)
    told = run("--help").stdout
    for name in COMMANDS:
        command = commands.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert f"\n  {name} " in told
    assert commands.get_command(context, "nonsense") is None


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("serve", ("webhook.emulator", "webhook.jobs", "kubernetes")),
        ("check", ("webhook.emulator", "webhook.jobs.audit", "gunicorn", "kubernetes")),
        ("policy", ("webhook.emulator", "webhook.jobs.audit", "gunicorn", "flask")),
    ],
)
def test_a_command_does_without_what_others_need(name: str, without: tuple[str, ...]) -> None:
    """A gate is small and begins at once: nothing is in memory that another command is made of."""
    code = "import sys, click; from webhook.cli import commands; "
    code += f"commands.get_command(click.Context(commands), {name!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not {module for module in done.stdout.split() if module.startswith(without)}
