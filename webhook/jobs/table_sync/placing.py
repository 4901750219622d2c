"""From the pieces that are stored and what should be in them to the writes that come next."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webhook.core.cluster import Version
from webhook.core.images import Digest
from webhook.core.table_pieces import DEPTHS, MAX_BYTES, Entries, Entry, Piece, divide, render_piece, size
from webhook.errors import Invalid


@dataclass(frozen=True, slots=True)
class Stored:
    """A table as it is stored."""

    pieces: Mapping[str, Piece]
    """By prefix; only those that are there."""
    entries: Mapping[str, Entries]
    """What each of them says; what cannot be read is nothing."""
    broken: Sequence[str] = ()
    """What is wrong with those that cannot be read."""

    @property
    def all(self) -> Entries:
        """Every entry."""
        return {digest: entry for entries in self.entries.values() for digest, entry in entries.items()}


@dataclass(frozen=True, slots=True)
class Write:
    """A piece to write over the version that was read; None where there was none."""

    prefix: str
    files: Mapping[str, str]
    version: Version | None


def next_writes(stored: Stored, wanted: Entries, *, max_bytes: int = MAX_BYTES) -> Sequence[Write]:
    """Return the writes that come next. When they are done, read again and ask again; none are left in the end.

    A table that has outgrown its pieces moves in three steps, so that each entry is in its old place or in its
    new one at any time, and in both only with the same ids: it is copied as it is, then removed from where it
    was, and only then changed.

    Raises:
        Invalid: the table is too large for the smallest pieces that there can be.
    """
    depth = _depth(stored, wanted, max_bytes)
    strays = {prefix: entries for prefix, entries in stored.entries.items() if prefix and len(prefix) != depth}
    moving = {digest: entry for entries in strays.values() for digest, entry in entries.items()}
    emptied: Mapping[str, Entries] = {prefix: {} for prefix in strays}
    if not moving:
        return _differing(stored, {**emptied, **divide(wanted, depth)})
    kept = {prefix: entries for prefix, entries in stored.entries.items() if len(prefix) == depth}
    copies = divide(moving, depth)
    copied = {prefix: {**kept.get(prefix, {}), **copies[prefix]} for prefix in copies if copies[prefix]}
    return _differing(stored, copied) or _differing(stored, emptied)


def shrinks(stored: Stored, wanted: Entries, *, least: float, empty: bool, known: int) -> str | None:
    """Say what is suspicious about the size of a new table; None where nothing is.

    *least* is the share of the entries that must be left, and *empty* whether none need be. *known* is how many
    there were at last, for the case that some cannot be read any more.
    """
    before = max(_scans(stored.all), known if stored.broken else 0)
    after = _scans(wanted)
    if after >= math.ceil(before * least) and (after or empty or not before):
        return None
    return f"the table would shrink from {before} to {after} entries"


def _depth(stored: Stored, wanted: Entries, max_bytes: int) -> int:
    used = max((len(prefix) for prefix, entries in stored.entries.items() if entries), default=0)
    for depth in DEPTHS:
        if depth >= used and max(size(render_piece(part)) for part in divide(wanted, depth).values()) <= max_bytes:
            return depth
    raise Invalid("the table is too large; synchronise fewer registries into it, and the others into another one")


def _differing(stored: Stored, pieces: Mapping[str, Entries]) -> Sequence[Write]:
    """Return the writes of those pieces that are not stored so already. An empty one need not be there."""
    return [
        Write(prefix, files, None if found is None else found.version)
        for prefix, entries in pieces.items()
        for files, found in [(render_piece(entries), stored.pieces.get(prefix))]
        if (found is None and entries) or (found is not None and not _holds(found, files, entries))
    ]


def _holds(piece: Piece, files: Mapping[str, str], entries: Entries) -> bool:
    """Tell whether a piece is what it should be; one that nobody has filled yet is empty as well."""
    return dict(piece.files) == dict(files) or (not piece.files and not entries)


def _scans(entries: Mapping[Digest, Entry]) -> int:
    return sum(entry.hint is not None for entry in entries.values())
