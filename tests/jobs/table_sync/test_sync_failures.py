"""Synchronisations that fail: the table stays, and its state says so."""

from datetime import timedelta

import pytest

from tests.builders import NOW
from tests.jobs.table_sync.stores import FakeStore, full
from tests.jobs.table_sync.test_sync import LETTERS, sync, synchronised
from webhook.core.table_pieces import STATE, STATE_PREFIX
from webhook.core.table_state import parse_state
from webhook.errors import ClusterFailed, Unavailable


def test_failure() -> None:
    """Each run that fails is told of in the state, and the next good one takes that away."""
    registry, store = synchronised("a")
    registry.failing = Unavailable("the registry is down")
    for days in (1, 2):
        with pytest.raises(Unavailable):
            sync(registry, store, days=days)
        state = parse_state(store.files[STATE_PREFIX][STATE], "state")
        assert (state.synced_at, state.entries, state.failed_at) == (NOW, 1, NOW + timedelta(days=days))
    registry.failing = None
    sync(registry, store, days=3)
    assert parse_state(store.files[STATE_PREFIX][STATE], "state").failed_at is None


def test_failure_before_there_is_a_table() -> None:
    """It is told of, too: there is no time of a synchronisation yet."""
    registry, store = full("a"), FakeStore()
    registry.failing = Unavailable("the registry is down")
    with pytest.raises(Unavailable):
        sync(registry, store)
    assert parse_state(store.files[STATE_PREFIX][STATE], "state").synced_at is None
    assert store.entries == {}


def test_registry_outage() -> None:
    """No piece is written; the state tells of the failure."""
    registry, store = synchronised(*LETTERS)
    registry.scans["m"] = Unavailable("down")
    before = dict(store.files)
    with pytest.raises(Unavailable):
        sync(registry, store, days=1)
    assert store.files.keys() == before.keys()
    assert {prefix for prefix, files in store.files.items() if files != before[prefix]} == {STATE_PREFIX}


@pytest.mark.parametrize("left", ["", "a"])
def test_table_that_would_shrink(left: str) -> None:
    """No piece is written, state and outcome say that it failed; unless that is wanted."""
    registry, store = synchronised("a", "b", "c", "d")
    few = full(*left)
    refused = sync(few, store).refused
    assert refused == f"the table would shrink from 4 to {len(left)} entries"
    assert store.writes == [STATE_PREFIX]
    assert sync(few, store, least=0, empty=True).refused is None
    assert len(store.entries) == len(left)


def test_state_that_cannot_be_written() -> None:
    """What is told is why the synchronisation failed, and not that this could not be written down."""

    def refuse(_: str) -> None:
        raise ClusterFailed("the API server is down")

    registry, store = synchronised("a")
    registry.failing, store.before = Unavailable("the registry is down"), refuse
    with pytest.raises(Unavailable):
        sync(registry, store, days=1)
