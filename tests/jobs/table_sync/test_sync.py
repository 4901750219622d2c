"""The synchronisation, on a store in memory."""

import logging
from datetime import timedelta

import pytest

from tests.builders import NOW, digest_of
from tests.jobs.table_sync.stores import REGISTRY, Crash, FakeRegistry, FakeStore, full, scan_of
from tests.jobs.table_sync.test_survey import survey
from webhook.core.history import Bounds
from webhook.core.table_pieces import ENTRIES, STATE, STATE_PREFIX, prefix_of
from webhook.core.table_state import parse_state
from webhook.errors import ScangateError, Unreadable
from webhook.jobs.table_sync.sync import Outcome, Sync, Terms

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def sync(
    registry: FakeRegistry, store: FakeStore, *, days: int = 0, least: float = 0.5, empty: bool = False
) -> Outcome:
    """Synchronise, so many days later."""
    terms = Terms(bounds=Bounds(), least=least, empty=empty)
    now = NOW + timedelta(days=days)
    log = logging.getLogger("test")
    return Sync(survey=survey(registry), store=store, terms=terms, now=lambda: now, log=log).run([REGISTRY])


def synchronised(*names: str) -> tuple[FakeRegistry, FakeStore]:
    """Return a registry and a store that is in line with it."""
    registry, store = full(*names), FakeStore()
    sync(registry, store)
    store.writes.clear()
    return registry, store


def test_first_time() -> None:
    """Each image with a scan gets an entry, with the image's id, and its scan is remembered."""
    store = FakeStore()
    outcome = sync(FakeRegistry({"a": scan_of("a", high=2), "b": None}), store)
    ((entry,),) = store.entries.values()
    assert entry.hint
    assert (entry.hint.scan_id, entry.hint.image_id) == ("chea", "crpa")
    assert [(one.scan_id, one.counts.high) for one in entry.history] == [("chea", 2)]
    assert (outcome.images, outcome.entries, outcome.written, outcome.refused) == (2, 1, 1, None)


def test_state() -> None:
    """It says when the run began and how many entries there are, and is written last."""
    _, store = full("a", "b"), FakeStore()
    sync(full("a", "b"), store)
    state = parse_state(store.files[STATE_PREFIX][STATE], "state")
    assert (state.synced_at, state.images, state.entries) == (NOW, 2, 2)
    assert store.writes[-1] == STATE_PREFIX


def test_nothing_new() -> None:
    """A second run writes when it was, and nothing else."""
    registry, store = synchronised(*LETTERS)
    sync(registry, store, days=1)
    assert store.writes == [STATE_PREFIX]


def test_one_new_scan() -> None:
    """It changes one piece, and the earlier scan is remembered."""
    registry, store = synchronised(*LETTERS)
    registry.rescan("a", 1, high=9)
    assert sync(registry, store, days=1).written == 1
    assert store.writes == [prefix_of(digest_of("a"), 1), STATE_PREFIX]
    (entry,) = store.entries[digest_of("a")]
    assert [(one.scan_id, one.counts.high) for one in entry.history] == [("cheax1", 9), ("chea", 0)]


def test_image_that_is_gone() -> None:
    """Its entry goes, and so does its history."""
    registry, store = synchronised("a", "b", "c")
    del registry.scans["a"]
    sync(registry, store)
    assert digest_of("a") not in store.entries


def test_scan_that_is_gone() -> None:
    """The entry goes, and what the scan found is remembered for a while."""
    registry, store = synchronised("a", "b", "c")
    registry.scans["a"] = None
    sync(registry, store, days=1)
    (entry,) = store.entries[digest_of("a")]
    assert entry.hint is None
    assert len(entry.history) == 1
    sync(registry, store, days=40)
    assert digest_of("a") not in store.entries


def test_answer_that_cannot_be_read() -> None:
    """The entry of that image stays as it was, and it is counted."""
    registry, store = synchronised("a", "b")
    registry.scans["a"] = Unreadable("garbage")
    registry.rescan("b", 1)
    assert sync(registry, store, days=1).unclear == 1
    assert store.scan_ids == {digest_of("a"): "chea", digest_of("b"): "chebx1"}


def test_broken_piece() -> None:
    """It is written anew; what was in it counts as it did at last."""
    registry, store = synchronised("a", "b", "c", "d")
    prefix = prefix_of(digest_of("a"), 1)
    store.put(prefix, {ENTRIES: "{"})
    assert sync(FakeRegistry({"a": scan_of("a")}), store).refused == "the table would shrink from 4 to 1 entries"
    assert sync(registry, store).refused is None
    assert len(store.scan_ids) == 4


def test_broken_state() -> None:
    """It says nothing, and is written anew."""
    registry, store = synchronised("a", "b")
    store.put(STATE_PREFIX, {STATE: "{"})
    assert sync(registry, store, days=1).refused is None
    assert parse_state(store.files[STATE_PREFIX][STATE], "state").entries == 2


@pytest.mark.parametrize("life", range(13))
def test_killed_anywhere(life: int) -> None:
    """Whichever write is the last one, each image has its old scan or its new one, and the next run ends the work."""
    registry, store = synchronised(*LETTERS)
    for name in LETTERS:
        registry.rescan(name, 1)
    store.life = life
    with pytest.raises(Crash):
        sync(registry, store, days=1)
    assert all(scan_id in (f"che{name}", f"che{name}x1") for name, scan_id in named(store).items())
    store.life = None
    sync(registry, store, days=1)
    assert named(store) == {name: f"che{name}x1" for name in LETTERS}


def named(store: FakeStore) -> dict[str, str | None]:
    """Return the id of the scan of each image, by its name."""
    return {name: store.scan_ids[digest_of(name)] for name in LETTERS}


def test_two_at_once() -> None:
    """One that finds a piece changed reads everything again, and no entry is lost."""
    registry, store = synchronised(*LETTERS)
    for name in LETTERS:
        registry.rescan(name, 1)

    def interfere(_: str) -> None:
        store.before = lambda _: None
        sync(registry, store, days=1)

    store.before = interfere
    sync(registry, store, days=1)
    assert named(store) == {name: f"che{name}x1" for name in LETTERS}


def test_somebody_who_never_stops() -> None:
    """After some turns it gives up."""
    registry, store = synchronised("a")
    registry.rescan("a", 1)
    store.before = lambda prefix: store.put(prefix, {})
    with pytest.raises(ScangateError, match="not in line"):
        sync(registry, store, days=1)
