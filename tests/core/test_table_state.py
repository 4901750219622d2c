"""What a synchronised table says of itself."""

from datetime import datetime

import pytest

from tests.builders import NOW
from webhook.core.table_state import TableState, parse_state, render_state
from webhook.errors import InvalidDocument

STATE = TableState(synced_at=NOW, images=3, entries=2)


def test_written_and_read() -> None:
    """What was written is read as it was."""
    assert parse_state(render_state(STATE), "it") == STATE


def test_the_documented_form() -> None:
    """It is one line of JSON."""
    assert render_state(STATE) == '{"syncedAt":"2026-11-24T12:00:00.000Z","images":3,"entries":2}\n'


@pytest.mark.parametrize("synced_at", [NOW, None])
def test_failed(synced_at: datetime | None) -> None:
    """A later run that failed is remembered, also where none came to its end before."""
    state = TableState(synced_at=synced_at, images=3, entries=2, failed_at=NOW)

    assert parse_state(render_state(state), "it") == state
    assert ('"syncedAt"' in render_state(state)) is (synced_at is not None)


@pytest.mark.parametrize("text", ["", "{}", b"\xff", '{"syncedAt": "now", "images": 1, "entries": 1}'])
def test_what_is_no_state(text: str | bytes) -> None:
    """It is refused, and the message names where it stands."""
    with pytest.raises(InvalidDocument, match="^it: "):
        parse_state(text, "it")
