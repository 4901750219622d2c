"""How old the tables in a folder are."""

from pathlib import Path

import pytest

from tests.builders import NOW
from webhook.adapters.table_states import read_states
from webhook.core.table_state import TableState, render_state
from webhook.errors import InvalidDocument

STATE = TableState(synced_at=NOW, images=3, entries=2)


def test_states(tmp_path: Path) -> None:
    """Each table has its own; other files and hidden ones have none."""
    assert read_states(tmp_path) == {}
    for name in ("a.state", "b~b.state", ".c.state", "a.json"):
        (tmp_path / name).write_text(render_state(STATE))
    assert read_states(tmp_path) == {"a.state": STATE, "b~b.state": STATE}


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """It is refused with its name."""
    with pytest.raises(InvalidDocument, match="nowhere: cannot be read"):
        read_states(tmp_path / "nowhere")
    (tmp_path / "a.state").write_text("{}")
    with pytest.raises(InvalidDocument, match=r"a\.state: "):
        read_states(tmp_path)
