"""The lookup table from its files: a small one becomes a dict, a large one a file that all processes map."""

from collections.abc import Callable
from pathlib import Path

from webhook.adapters.earlier_scans import EarlierScans
from webhook.adapters.shards import load_shard
from webhook.adapters.stamps import members
from webhook.adapters.table_file import MappedHints
from webhook.adapters.workshop import Workshop
from webhook.core.table import NO_HISTORIES, Table, parse_table
from webhook.errors import InvalidDocument

SMALL_BYTES = 256 * 1024
"""Up to this size, some 2,000 entries, a table is read where it is used, which keeps the other threads of
the process waiting for a few milliseconds; a full ConfigMap of YAML would take a quarter of a second."""


class TableReader:
    """Reads the lookup table, at the start and again when it changed."""

    def __init__(self, workshop: Workshop, *, small_bytes: int = SMALL_BYTES) -> None:
        """Have tables of more than *small_bytes* compiled in *workshop*."""
        self._workshop = workshop
        self._small_bytes = small_bytes

    def read(self, path: Path, current: Table | None) -> Table:
        """Return the table in the file or folder *path*, to replace *current*.

        A folder without a file is a table without entries as long as there never was one: a ConfigMap
        that nobody has filled yet. Where there were entries it is a mistake, as an empty file always is.

        Raises:
            InvalidDocument: the table cannot be read or understood; the message names file and key.
        """
        return self._read(path, current, self._workshop.compiled)

    def follow(self, path: Path, current: Table | None) -> Table:
        """Return the table as `read` does, but leave it to other processes to compile a large one.

        Raises:
            InvalidDocument: as `read`, or none of them has compiled it yet.
        """
        return self._read(path, current, self._workshop.existing)

    def _read(self, path: Path, current: Table | None, large: Callable[[Path], MappedHints]) -> Table:
        try:
            files = members(path)
            size = sum(file.stat().st_size for file in files)
        except OSError as error:
            raise InvalidDocument(f"{path}: cannot be read: {error.strerror}") from error
        if not files and current is not None and len(current.hints):
            raise InvalidDocument(f"{path}: holds no file; a table without entries is a file that says {{}}")
        histories = EarlierScans(path) if path.is_dir() else NO_HISTORIES
        if size > self._small_bytes:
            return Table(large(path), histories)
        return Table(parse_table(load_shard(file) for file in files).hints, histories)
