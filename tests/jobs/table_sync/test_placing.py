"""From what is stored and what should be to the writes that come next."""

from collections.abc import Mapping

import pytest

from tests.builders import SCAN_ID, digest_of
from webhook.core.cluster import Version
from webhook.core.images import Digest
from webhook.core.lookup import Hint, ScanId, Source
from webhook.core.table_pieces import (
    ENTRIES,
    HISTORY,
    Entries,
    Entry,
    Piece,
    divide,
    parse_piece,
    prefix_of,
    render_piece,
)
from webhook.errors import Invalid
from webhook.jobs.table_sync.placing import Stored, next_writes, shrinks

HINT = Hint(Source.TABLE, SCAN_ID)
TABLE = {digest_of(str(number)): Entry(HINT) for number in range(60)}
SMALL = 800
"""Bytes of a piece that a table of 60 entries outgrows."""


def stored(pieces: Mapping[str, Entries], version: str = "1") -> Stored:
    """Return pieces as they are stored."""
    return Stored({prefix: Piece(Version(version), render_piece(part)) for prefix, part in pieces.items()}, pieces)


def after(before: Stored, wanted: Entries, *, max_bytes: int) -> Stored:
    """Return what is stored when the next writes are done."""
    pieces = dict(before.entries)
    for write in next_writes(before, wanted, max_bytes=max_bytes):
        pieces[write.prefix] = parse_piece(Piece(Version("2"), write.files), write.prefix)
    return stored(pieces)


def test_first_time() -> None:
    """Pieces that have entries are made, 16 at the most."""
    writes = next_writes(stored({}), TABLE)
    assert {write.prefix for write in writes} == {prefix_of(digest, 1) for digest in TABLE}
    assert all(write.version is None for write in writes)


def test_nothing_to_do() -> None:
    """A table that is as it should be needs no write, nor do pieces that nobody has filled."""
    assert not next_writes(stored(divide(TABLE, 1)), TABLE)
    empty = {prefix: Piece(Version("1"), {}) for prefix in "0123456789abcdef"}
    assert not next_writes(Stored(empty, dict.fromkeys(empty, {})), {})


def test_one_image() -> None:
    """It changes one piece, over the version that was read."""
    digest = digest_of("new")
    (write,) = next_writes(stored(divide(TABLE, 1), "7"), {**TABLE, digest: Entry(HINT)})
    assert (write.prefix, write.version) == (prefix_of(digest, 1), "7")
    assert write.files.keys() == {ENTRIES, HISTORY}


def test_growth() -> None:
    """A table that outgrows its pieces is copied, then removed where it was, and only then changed."""
    changed = {digest: Entry(Hint(Source.TABLE, ScanId("chenew"))) for digest in TABLE}
    small = divide(TABLE, 2)
    table = stored(divide(TABLE, 1))

    table = after(table, changed, max_bytes=SMALL)
    assert {prefix: part for prefix, part in table.entries.items() if len(prefix) == 1} == divide(TABLE, 1)
    assert all(table.entries[prefix] == part for prefix, part in small.items() if part)

    table = after(table, changed, max_bytes=SMALL)
    assert not any(part for prefix, part in table.entries.items() if len(prefix) == 1)
    assert table.all == TABLE

    table = after(table, changed, max_bytes=SMALL)
    assert table.all == changed
    assert not next_writes(table, changed, max_bytes=SMALL)


def test_growth_that_breaks_off() -> None:
    """After each single write each image is in one of the pieces at least, and nowhere with two scans."""
    changed = {digest: Entry(Hint(Source.TABLE, ScanId("chenew"))) for digest in TABLE}
    table = stored(divide(TABLE, 1))
    steps = 0
    while writes := next_writes(table, changed, max_bytes=SMALL):
        first = writes[0]
        pieces = {**table.entries, first.prefix: parse_piece(Piece(Version("1"), first.files), first.prefix)}
        table, steps = stored(pieces), steps + 1
        assert table.all.keys() == TABLE.keys()
        said = [(digest, entry.hint) for part in pieces.values() for digest, entry in part.items()]
        assert len(set(said)) == len(TABLE)
    assert table.all == changed
    assert steps > 100


def test_no_way_back() -> None:
    """Small pieces stay in use when the table shrinks again."""
    few = dict(list(TABLE.items())[:3])
    assert {len(write.prefix) for write in next_writes(stored(divide(TABLE, 2)), few)} == {2}


def test_too_large() -> None:
    """What does not fit into the smallest pieces is refused, with what helps."""
    with pytest.raises(Invalid, match="into another one"):
        next_writes(stored({}), TABLE, max_bytes=10)


def test_broken_piece_of_the_other_size() -> None:
    """It is emptied, although nothing in it can be moved."""
    table = stored(divide(TABLE, 2))
    broken = {"0": Piece(Version("1"), {ENTRIES: "["})}
    writes = next_writes(Stored({**table.pieces, **broken}, {**table.entries, "0": {}}), TABLE)
    assert [(write.prefix, write.files[ENTRIES]) for write in writes] == [("0", "{}\n")]


@pytest.mark.parametrize(
    ("before", "after", "least", "empty", "fine"),
    [
        (0, 0, 0.5, False, True),
        (0, 9, 0.5, False, True),
        (10, 5, 0.5, False, True),
        (10, 4, 0.5, False, False),
        (10, 1, 0.0, False, True),
        (10, 0, 0.0, False, False),
        (10, 0, 0.0, True, True),
        (10, 9, 1.0, False, False),
    ],
)
def test_shrinking(before: int, after: int, least: float, empty: bool, fine: bool) -> None:  # noqa: PLR0913, FBT001 - a table
    """A table may not lose too much at once, and never everything, unless somebody says so."""
    entries = list(TABLE.items())
    said = shrinks(stored({"0": dict(entries[:before])}), dict(entries[:after]), least=least, empty=empty, known=99)
    assert said == (None if fine else f"the table would shrink from {before} to {after} entries")


def test_images_without_a_scan_do_not_count() -> None:
    """A table is as large as it has entries."""
    unscanned: dict[Digest, Entry] = dict.fromkeys(TABLE, Entry(None))
    assert shrinks(stored(divide(TABLE, 1)), unscanned, least=0.5, empty=False, known=0)


def test_table_that_cannot_be_read() -> None:
    """Then the number of entries that the last run left counts."""
    table = Stored({"0": Piece(Version("1"), {ENTRIES: "["})}, {"0": {}}, ["broken"])
    few = dict(list(TABLE.items())[:3])
    assert shrinks(table, few, least=0.5, empty=False, known=60)
    assert shrinks(table, few, least=0.5, empty=False, known=6) is None
