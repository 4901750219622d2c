"""The synchronisation: ask the registry for everything, then bring the stored table in line, piece by piece."""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from msgspec.structs import replace

from webhook.core.cluster import Version
from webhook.core.evidence import Scan
from webhook.core.history import Bounds, EarlierScan, remember
from webhook.core.images import Digest
from webhook.core.lookup import Hint, Source
from webhook.core.places import Place
from webhook.core.table_pieces import STATE, STATE_PREFIX, Entries, Entry, Piece, parse_piece
from webhook.core.table_state import TableState, parse_state, render_state
from webhook.errors import Conflict, InvalidDocument, ScangateError
from webhook.jobs.table_sync.placing import Stored, next_writes, shrinks
from webhook.jobs.table_sync.survey import Found, Survey

MAX_TURNS = 20
"""A table that stays as it is takes one, a change two, a move to smaller pieces four; the rest is for conflicts."""

EMPTY = Entry(None)

NEVER = TableState(synced_at=None, images=0, entries=0)
"""Of a table that no run has brought in line yet."""


class Store(Protocol):
    """Where the table is."""

    def read(self) -> Mapping[str, Piece]:
        """Return every piece that is there, by prefix."""
        ...

    def write(self, prefix: str, files: Mapping[str, str], version: Version | None) -> None:
        """Write a piece over that version of it, or make it. Raises `Conflict`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is asked of a synchronisation."""

    bounds: Bounds
    least: float
    """Share of the entries that must be left; a table that would lose more stays as it is."""
    empty: bool = False
    """Whether an empty table may take the place of one that is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it."""

    images: int
    entries: int
    written: int
    """Pieces that were changed."""
    unclear: int = 0
    """Images of which the registry said something that cannot be read; their entries stay as they were."""
    refused: str | None = None
    """Why nothing was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
    """One synchronisation."""

    survey: Survey
    store: Store
    terms: Terms
    now: Callable[[], datetime]
    log: logging.Logger

    def run(self, places: Sequence[Place]) -> Outcome:
        """Bring the table in line with what is in *places*.

        Raises:
            LookupFailed: the registry does not answer; nothing was written.
            ClusterFailed, Invalid: the table cannot be read or written; what was written before is right.
        """
        began = self.now()
        try:
            found = self.survey.of(places)
        except ScangateError:
            self._tell(began)
            raise
        for digest, problem in found.unclear.items():
            self.log.warning("the entry of %s is kept as it was: %s", digest, problem)
        written = 0
        for _ in range(MAX_TURNS):
            try:
                done = self._turn(found, began, written)
            except Conflict as conflict:
                self.log.info("reading again", extra={"fields": {"reason": str(conflict)}})
                continue
            if isinstance(done, Outcome):
                return done
            written += done
        raise ScangateError(f"not in line after {MAX_TURNS} turns; somebody else keeps changing the same table")

    def _turn(self, found: Found, began: datetime, written: int) -> Outcome | int:
        """Take one step. Return how many pieces were written, or the outcome where none were left to write."""
        pieces = self.store.read()
        stored, known = self._understood(pieces), _known(pieces)
        wanted = self._wanted(found, stored.all)
        state = TableState(
            synced_at=began,
            images=len(found.digests),
            entries=sum(entry.hint is not None for entry in wanted.values()),
        )
        refused = shrinks(stored, wanted, least=self.terms.least, empty=self.terms.empty, known=known)
        if refused is not None:
            self._tell(began)
            return _outcome(state, written, found, refused)
        writes = next_writes(stored, wanted)
        for write in writes:
            self.store.write(write.prefix, write.files, write.version)
        if writes:
            return len(writes)
        before = pieces.get(STATE_PREFIX)
        self.store.write(STATE_PREFIX, {STATE: render_state(state)}, None if before is None else before.version)
        return _outcome(state, written, found, None)

    def _tell(self, began: datetime) -> None:
        """Have the state say that a run failed: gates tell of it. The table stays as it is, whatever comes of that."""
        with suppress(ScangateError):
            before = self.store.read().get(STATE_PREFIX)
            state = replace(_state(before), failed_at=began)
            self.store.write(STATE_PREFIX, {STATE: render_state(state)}, None if before is None else before.version)

    def _wanted(self, found: Found, stored: Entries) -> Entries:
        entries = {digest: self._entry(digest, found, stored.get(digest, EMPTY)) for digest in found.digests}
        return {digest: entry for digest, entry in entries.items() if entry != EMPTY}

    def _entry(self, digest: Digest, found: Found, before: Entry) -> Entry:
        scan = found.scans.get(digest)
        history = remember(before.history, _earlier(scan), self.terms.bounds, now=self.now())
        if scan is not None:
            return Entry(Hint(Source.TABLE, scan.id, scan.image_id), history)
        return Entry(before.hint if digest in found.unclear else None, history)

    def _understood(self, pieces: Mapping[str, Piece]) -> Stored:
        entries: dict[str, Entries] = {}
        broken: list[str] = []
        for prefix, piece in pieces.items():
            if prefix == STATE_PREFIX:
                continue
            try:
                entries[prefix] = parse_piece(piece, f"piece {prefix}")
            except InvalidDocument as error:
                self.log.warning("a piece is written anew: %s", error)
                broken.append(str(error))
        return Stored(pieces, entries, broken)


def _known(pieces: Mapping[str, Piece]) -> int:
    """Return how many entries the last run left."""
    return _state(pieces.get(STATE_PREFIX)).entries


def _state(piece: Piece | None) -> TableState:
    """Return what the table says of itself."""
    try:
        return NEVER if piece is None else parse_state(piece.files.get(STATE, ""), "state")
    except InvalidDocument:
        return NEVER


def _earlier(scan: Scan | None) -> EarlierScan | None:
    if scan is None or scan.scanned_at is None or scan.counts is None:
        return None
    return EarlierScan(scan.id, scan.scanned_at, scan.counts)


def _outcome(state: TableState, written: int, found: Found, refused: str | None) -> Outcome:
    return Outcome(
        images=state.images, entries=state.entries, written=written, unclear=len(found.unclear), refused=refused
    )
