"""The lookup table from its files: a small one becomes a dict, a large one a file that all processes map."""

import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from webhook.adapters import table_compiler
from webhook.adapters.shards import load_shard
from webhook.adapters.stamps import members, stamp
from webhook.adapters.table_file import MappedHints, map_table
from webhook.core.printable import printable
from webhook.core.table import Table, parse_table
from webhook.errors import InvalidDocument

SMALL_BYTES = 256 * 1024
"""Up to this size, some 2,000 entries, a table is read where it is used: that keeps other threads of the
process waiting for a few milliseconds. A larger one is compiled by a process of its own."""

COMPILE_SECONDS = 900.0
"""A compiler that takes longer hangs: a million entries take it ten seconds of JSON, or a minute of YAML."""

_PACKAGE_ROOT = Path(table_compiler.__file__).parents[2]


class TableReader:
    """Reads the lookup table. Make it before the fork; every process may read with it at the same time.

    The first process that meets a large table compiles it into a file, under a lock; the others map that
    file. Closing removes it, in the process that made the reader. A file left behind by a killed gate is
    used again, or removed when the next one compiles.
    """

    def __init__(self, scratch: Path, *, small_bytes: int = SMALL_BYTES) -> None:
        """Compile into a folder of its own in *scratch*, which must be writable, and best is in memory."""
        self.compilations = 0
        """How many tables this process compiled."""
        self._folder = scratch / f"scangate-{os.geteuid()}"
        self._small_bytes = small_bytes
        self._owner = os.getpid()
        self._compiled: set[str] = set()

    def __enter__(self) -> Self:
        """Leave the folder to be made when it is needed."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Remove the compiled tables, unless this is a forked process: its parent and siblings go on."""
        if os.getpid() == self._owner:
            ...

    def read(self, path: Path, current: Table | None) -> Table:
        """Return the table in the file or folder *path*.

        A folder without a file is an empty table as long as there was never an entry: a ConfigMap that
        nobody has filled yet. After that it is a mistake, as an empty file always is.

        Raises:
            InvalidDocument: the table cannot be read, understood, or compiled.
        """
