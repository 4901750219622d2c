"""How a synchronised lookup table is cut into pieces that fit into a ConfigMap, and found again.

A piece holds the images whose digest begins with its prefix: `3`, or `3f` where the table has outgrown pieces of
one hexadecimal digit. So one new image changes one piece. A piece without a prefix holds the table's state.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from webhook.core import history, table_state
from webhook.core.cluster import Version
from webhook.core.history import History, parse_history, render_history
from webhook.core.images import Digest
from webhook.core.lookup import Hint
from webhook.core.printable import printable
from webhook.core.table import SYNCHRONISED, parse_entry
from webhook.errors import InvalidDocument

ENTRIES = SYNCHRONISED
HISTORY = history.SUFFIX
STATE = table_state.SUFFIX

DEPTHS = (1, 2)
"""Digits of a prefix: 16 pieces, or 256."""

STATE_PREFIX = ""

MAX_BYTES = 850 * 1024
"""Of a piece. A ConfigMap holds 1 MiB, and so does an answer that is read: there, quotes and ends of lines take two."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as it is stored."""

    version: Version
    """A write that names an old one is refused."""
    files: Mapping[str, str]
    """Text by suffix: `ENTRIES`, `HISTORY`, or `STATE`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one image."""

    hint: Hint | None
    """None where it has no scan now."""
    history: History = ()


Entries = Mapping[Digest, Entry]


def prefixes(depth: int) -> Iterator[str]:
    """Yield every prefix of so many digits."""
    return (f"{number:0{depth}x}" for number in range(16**depth))


def prefix_of(digest: Digest, depth: int) -> str:
    """Return the prefix of the piece that *digest* belongs to."""
    return digest.partition(":")[2][:depth]


def divide(entries: Entries, depth: int) -> Mapping[str, Entries]:
    """Return the entries of each piece, those of empty ones included."""
    pieces: dict[str, dict[Digest, Entry]] = {prefix: {} for prefix in prefixes(depth)}
    for digest, entry in entries.items():
        pieces[prefix_of(digest, depth)][digest] = entry
    return pieces


def render_piece(entries: Entries) -> Mapping[str, str]:
    """Write a piece: one image a line in each of its files, in the order of the digests."""
    hints = {digest: entry.hint for digest, entry in entries.items() if entry.hint is not None}
    lines = (f'"{digest}":{_rendered(hints[digest])}' for digest in sorted(hints))
    return {
        ENTRIES: "{\n" + ",\n".join(lines) + "\n}\n" if hints else "{}\n",
        HISTORY: render_history({digest: entry.history for digest, entry in entries.items()}),
    }


def parse_piece(piece: Piece, source: str) -> Entries:
    """Return what a piece says that is called *source* in messages.

    Raises:
        InvalidDocument: a file in it is not what it should be.
    """
    try:
        content = msgspec.json.decode(piece.files.get(ENTRIES, "{}"), type=dict[str, object])
    except msgspec.MsgspecError as error:
        raise InvalidDocument(f"{source}{ENTRIES}: {printable(str(error), limit=200)}") from error
    hints = dict(parse_entry(key, value, f"{source}{ENTRIES}") for key, value in content.items())
    earlier = parse_history(piece.files.get(HISTORY, "{}"), f"{source}{HISTORY}")
    return {digest: Entry(hints.get(digest), earlier.get(digest, ())) for digest in hints.keys() | earlier.keys()}


def size(files: Mapping[str, str]) -> int:
    """Return the bytes of a piece."""
    return sum(len(text) for text in files.values())


def _rendered(hint: Hint) -> str:
    ids = {"scanResultId": hint.scan_id} | ({} if hint.image_id is None else {"imageId": hint.image_id})
    return msgspec.json.encode(ids).decode()
