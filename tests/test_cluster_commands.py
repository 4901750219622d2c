"""The commands about a cluster: their help teaches, and their options are held to what is right."""

import pytest
from click.testing import CliRunner

from webhook.cli import commands


@pytest.mark.parametrize("command", [["certificates", "ensure"], ["verify"], ["activate"]])
def test_help_teaches(command: list[str]) -> None:
    """It says what the command does, what it needs, and what its exit codes mean."""
    shown = CliRunner().invoke(commands, [*command, "--help"])
    assert shown.exit_code == 0
    for said in ("Exit codes: 0", "--webhook", "--kubeconfig", "KUBECONFIG"):
        assert said in shown.output


@pytest.mark.parametrize(
    ("command", "option"),
    [
        (["activate", "--namespace", "a", "--webhook", "b", "--expected", "c"], "--wait"),
        (["certificates", "ensure", "--namespace", "a", "--secret", "b"], "--validity"),
    ],
)
def test_duration_that_is_none(command: list[str], option: str) -> None:
    """Exit code 2, and the message names the option, the value, and what would be right."""
    shown = CliRunner().invoke(commands, [*command, option, "soon"])
    assert shown.exit_code == 2
    for said in (option, "'soon'", "720h"):
        assert said in shown.output
