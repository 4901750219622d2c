"""A synchronised lookup table in a folder: two files for each piece, and one for the state."""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from webhook.core.cluster import Version
from webhook.core.table_pieces import DEPTHS, ENTRIES, HISTORY, STATE, STATE_PREFIX, Piece, prefixes
from webhook.errors import Conflict, InvalidDocument

SUFFIXES = (HISTORY, ENTRIES, STATE)
"""In the order in which they are written."""


class TableFolder:
    """The pieces of one table. Files are replaced whole, and readers never see one that is half written."""

    def __init__(self, folder: Path, table: str) -> None:
        """Keep the table of that name in *folder*, which may hold other ones as well."""
        self._folder = folder
        self._table = table

    def read(self) -> Mapping[str, Piece]:
        """Return every piece that is there, by prefix. Raises `InvalidDocument` where one cannot be read."""
        known = [STATE_PREFIX, *(prefix for depth in DEPTHS for prefix in prefixes(depth))]
        pieces = {prefix: self._piece(prefix) for prefix in known}
        return {prefix: piece for prefix, piece in pieces.items() if piece.files}

    def write(self, prefix: str, files: Mapping[str, str], version: Version | None) -> None:
        """Write a piece over that version of it, or make it.

        Raises:
            Conflict: it is of another version, or there already.
            InvalidDocument: the folder cannot be written to.
        """
        try:
            with self._locked():
                found = self._piece(prefix)
                if found.version != (_version({}) if version is None else version):
                    raise Conflict(f"{self._file(prefix, '')}: was changed by somebody else")
                for suffix in SUFFIXES:
                    if suffix in files and found.files.get(suffix) != files[suffix]:
                        self._replace(self._file(prefix, suffix), files[suffix])
        except OSError as error:
            raise InvalidDocument(f"{self._folder}: cannot be written to: {error.strerror}") from error

    def _piece(self, prefix: str) -> Piece:
        files = {}
        for suffix in SUFFIXES:
            file = self._file(prefix, suffix)
            try:
                files[suffix] = file.read_bytes().decode("utf-8", "replace")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error
        return Piece(_version(files), files)

    def _file(self, prefix: str, suffix: str) -> Path:
        return self._folder / (f"{self._table}-{prefix}{suffix}" if prefix else f"{self._table}{suffix}")

    def _replace(self, file: Path, text: str) -> None:
        """Write a file so that it is there whole or as it was, even after the power failed."""
        part = file.with_name(f".{file.name}.part")
        with part.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep others out, whose lock ends with their process. The file stays: its name begins with a dot."""
        with (self._folder / f".{self._table}.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _version(files: Mapping[str, str]) -> Version:
    return Version(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())
