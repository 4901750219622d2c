"""docs/lookup-table.md: what it shows is taken, and read."""

from click.testing import CliRunner

from tests.documents import blocks, text
from webhook.cli import commands
from webhook.core.history import Bounds, parse_history
from webhook.core.table_pieces import MAX_BYTES
from webhook.core.table_state import parse_state

DOCUMENT = text("docs/lookup-table.md")


def test_its_commands_are_taken() -> None:
    """Each command of scangate that it shows has options that there are."""
    lines = "".join(blocks(DOCUMENT, "sh")).replace("\\\n", " ").splitlines()
    shown = [line.split() for line in lines if line.startswith("scangate ")]

    assert len(shown) == 3
    for _, *arguments in shown:
        assert CliRunner().invoke(commands, [*arguments, "--help"]).exit_code == 0


def test_its_examples_are_read() -> None:
    """The history and the state in it are what the program takes for such."""
    earlier, state = blocks(DOCUMENT, "json")
    ((newest, older),) = parse_history(earlier, "it").values()
    assert newest.scanned_at > older.scanned_at
    assert parse_state(state, "it").entries == 20_000


def test_its_numbers() -> None:
    """Bounds in it are those of the program."""
    assert Bounds().scans == 6
    assert f"{MAX_BYTES // 1024} KiB" in DOCUMENT
