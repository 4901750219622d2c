"""A program of its own, run by the gate: reads a large lookup table and writes it in the form that is mapped.

To read a hundred megabytes of JSON would stop every thread of a process that answers reviews for seconds.
The path comes on standard input, the table leaves on standard output, what is wrong on standard error.
"""

import os
import sys
from bisect import bisect_left
from itertools import groupby, pairwise
from pathlib import Path
from typing import BinaryIO

from webhook.adapters.shards import entries
from webhook.adapters.stamps import members
from webhook.adapters.table_file import KEY_BYTES, pack, write_table
from webhook.core.images import Digest
from webhook.core.table import contradicts, yields
from webhook.errors import InvalidDocument

EXIT_INVALID = 2
"""What is on standard error is the whole of what is wrong; with any other code it is a trace."""

NICENESS = 10
"""Reviews go first."""

Rows = dict[str, list[bytes]]
"""Packed rows by algorithm."""


def main() -> None:
    """Compile the table that standard input names."""
    os.nice(NICENESS)
    path = Path(os.fsdecode(sys.stdin.buffer.read()))
    try:
        compile_table(path, sys.stdout.buffer)
    except InvalidDocument as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{path}: cannot be compiled: {error.strerror}")


def compile_table(path: Path, stream: BinaryIO) -> None:
    """Read the table of a file or a folder as `parse_table` does, and write it to *stream*.

    Raises:
        InvalidDocument: as `parse_table`.
        OSError: the folder cannot be listed, or *stream* not be written.
    """
    shards = [(file, _rows(file)) for file in members(path)]
    firm = [(file, rows) for file, rows in shards if not yields(str(file))]
    yielding = [rows for file, rows in shards if yields(str(file))]
    write_table({algorithm: _filled(algorithm, _joined(algorithm, firm), yielding) for algorithm in KEY_BYTES}, stream)


def _rows(file: Path) -> Rows:
    rows: Rows = {algorithm: [] for algorithm in KEY_BYTES}
    for digest, hint in entries(file):
        algorithm, row = pack(digest, hint)
        rows[algorithm].append(row)
    for algorithm, found in rows.items():
        found.sort()
        twice = _twice(algorithm, found)
        if twice is not None:
            raise InvalidDocument(f"{file}: key '{_digest(algorithm, twice)}' stands twice")
    return rows


def _joined(algorithm: str, shards: list[tuple[Path, Rows]]) -> list[bytes]:
    rows = [row for row, _ in groupby(sorted(row for _, shard in shards for row in shard[algorithm]))]
    twice = _twice(algorithm, rows)
    if twice is not None:
        files = [file for file, shard in shards if _holds(shard[algorithm], twice)]
        raise InvalidDocument(contradicts(str(files[-1]), _digest(algorithm, twice)))
    return rows


def _filled(algorithm: str, rows: list[bytes], yielding: list[Rows]) -> list[bytes]:
    """Return *rows* with those of *yielding* whose keys are not there yet; of several with one key the first."""
    width = KEY_BYTES[algorithm]
    more = [row for shard in yielding for row in shard[algorithm] if not _holds(rows, row[:width])]
    more.sort(key=lambda row: row[:width])  # a sort keeps the order of those that are equal
    return sorted(rows + [next(same) for _, same in groupby(more, key=lambda row: row[:width])])


def _twice(algorithm: str, rows: list[bytes]) -> bytes | None:
    """Return the first key that two of the sorted *rows* have."""
    width = KEY_BYTES[algorithm]
    return next((one[:width] for one, other in pairwise(rows) if one[:width] == other[:width]), None)


def _holds(rows: list[bytes], key: bytes) -> bool:
    place = bisect_left(rows, key)
    return place < len(rows) and rows[place].startswith(key)


def _digest(algorithm: str, key: bytes) -> Digest:
    return Digest(f"{algorithm}:{key.hex()}")


def _fail(problem: str) -> None:
    sys.stderr.write(problem)
    raise SystemExit(EXIT_INVALID)


if __name__ == "__main__":
    main()
