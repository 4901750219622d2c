"""The pieces of a synchronised table."""

import json

import pytest

from tests.builders import DIGEST, IMAGE_ID, NOW, SCAN_ID, digest_of
from webhook.core.cluster import Version
from webhook.core.documents import Document
from webhook.core.evidence import Counts
from webhook.core.history import EarlierScan
from webhook.core.images import Digest
from webhook.core.lookup import Hint, Source
from webhook.core.table import parse_table
from webhook.core.table_pieces import (
    ENTRIES,
    HISTORY,
    Entry,
    Piece,
    divide,
    parse_piece,
    prefix_of,
    prefixes,
    render_piece,
    size,
)
from webhook.errors import InvalidDocument

HINT = Hint(Source.TABLE, SCAN_ID, IMAGE_ID)
EARLIER = (EarlierScan(SCAN_ID, NOW, Counts(low=1)),)
SHA512 = Digest("sha512:" + "c" * 128)


def test_prefixes() -> None:
    """They are all numbers of so many hexadecimal digits."""
    assert "".join(prefixes(1)) == "0123456789abcdef"
    assert len(set(prefixes(2))) == 256
    assert {len(prefix) for prefix in prefixes(2)} == {2}


def test_the_piece_of_a_digest() -> None:
    """It is that of the first digits behind the algorithm, and so never another one."""
    assert prefix_of(SHA512, 1) == "c"
    assert prefix_of(Digest("sha256:3f" + "0" * 62), 2) == "3f"


def test_division() -> None:
    """Each entry is in one piece, and a piece without entries is there as well."""
    entries = {digest_of(str(number)): Entry(HINT) for number in range(50)}
    pieces = divide(entries, 2)
    assert len(pieces) == 256
    assert {digest: entry for piece in pieces.values() for digest, entry in piece.items()} == entries
    assert all(prefix_of(digest, 2) == prefix for prefix, piece in pieces.items() for digest in piece)


def test_written_and_read() -> None:
    """What was written is read as it was: with a scan, with earlier ones, or with both."""
    entries = {
        DIGEST: Entry(HINT, EARLIER),
        SHA512: Entry(Hint(Source.TABLE, SCAN_ID)),
        digest_of("other"): Entry(None, EARLIER),
    }
    files = render_piece(entries)
    assert parse_piece(Piece(Version("1"), files), "it") == entries
    assert size(files) == len(files[ENTRIES]) + len(files[HISTORY])


def test_the_gate_reads_the_entries() -> None:
    """A piece is a lookup table like any other."""
    text = render_piece({DIGEST: Entry(HINT, EARLIER)})[ENTRIES]
    assert parse_table([Document("it", json.loads(text), Digest(""))]).hint(DIGEST) == HINT


def test_empty_piece() -> None:
    """It says so, since an empty file would be a mistake."""
    assert render_piece({}) == {ENTRIES: "{}\n", HISTORY: "{}\n"}
    assert parse_piece(Piece(Version("1"), {}), "it") == {}


@pytest.mark.parametrize("files", [{ENTRIES: "["}, {ENTRIES: '{"a": "b"}'}, {HISTORY: "["}, {ENTRIES: "[]"}])
def test_what_is_no_piece(files: dict[str, str]) -> None:
    """It is refused, and the message names the file."""
    with pytest.raises(InvalidDocument, match=r"^it\.(scans\.json|history): "):
        parse_piece(Piece(Version("1"), files), "it")
