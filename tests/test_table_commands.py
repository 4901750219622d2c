"""The commands about the lookup table: their help teaches, and their options are held to what is right."""

import pytest
from click.testing import CliRunner

from webhook.cli import commands

SYNC = ["table", "sync", "--config", "gate.yaml"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("sync", ("--registry", "--folder", "--repository", "KUBECONFIG", "images.scanner", "--allow-shrink")),
        ("fetch", ("get, list  configmaps", "current", "--once")),
    ],
)
def test_help_teaches(command: str, said: tuple[str, ...]) -> None:
    """It says what the command does, what it needs, and what its exit codes mean."""
    shown = CliRunner().invoke(commands, ["table", command, "--help"])
    assert shown.exit_code == 0
    for text in ("Exit codes: 0", *said):
        assert text in shown.output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--registry, --folder or --repository"),
        (["--registry", "crp1"], "--namespace or --output"),
        (["--registry", "crp1", "--namespace", "a", "--output", "b"], "--namespace or --output"),
        (["--registry", "crp1/a"], "'crp1/a' is not an id"),
        (["--repository", "crp1"], "'crp1' is not <registry id>/<path>"),
        (["--registry", "crp1", "--output", "b", "--deadline", "soon"], "'soon'"),
        (["--registry", "crp1", "--output", "b", "--min-fraction", "2"], "--min-fraction"),
        (["--registry", "crp1", "--output", "b", "--table", "A/B"], "--table"),
    ],
)
def test_options_that_are_wrong(options: list[str], said: str) -> None:
    """Exit code 2, and the message names the option and what would be right."""
    shown = CliRunner().invoke(commands, [*SYNC, *options])
    assert shown.exit_code == 2
    assert said in shown.output
