"""README.md: what it shows is what happens."""

from click.testing import CliRunner

from tests.documents import blocks, text
from webhook.cli import commands


def test_it_shows_the_help_of_the_command() -> None:
    """The help in the README is what the command prints."""
    result = CliRunner().invoke(commands, ["--help"], prog_name="scangate", env={"COLUMNS": "80"})

    assert blocks(text("README.md"), "console") == [f"$ scangate --help\n{result.output}"]
