"""A lookup table as a file that any number of processes map into their memory, and share there.

Rows of one width, sorted by digest, behind an index over the first bits of the digest: what `git` does to
find an object in a pack. A digest is as good as random, so that a few rows stand behind each place of the
index, however large the table. A look-up takes no lock, makes no system call and never lets go of the
interpreter, and a mapped file may be carried over a fork; a connection to a database does none of this.

    line 1    what this is
    line 2    JSON: for each algorithm the number of rows, the bits of the index, the widths of both ids
    then      for each algorithm the index, as 32-bit numbers of rows, and the rows: digest, scan id, image id
"""

import mmap
import struct
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

import msgspec

from webhook.core.images import Digest
from webhook.core.lookup import Hint, ImageId, ScanId, Source

MAGIC = b"scangate lookup table 1\n"

KEY_BYTES: Mapping[str, int] = {"sha256": 32, "sha512": 64}
"""Length of a digest of each algorithm."""

ROWS_PER_PLACE = 8
"""Rows behind one place of the index: three steps to find one, and half a byte of index for each."""

_RANGE = struct.Struct("=2I")
_PLACE_BYTES = 4


class _Section(msgspec.Struct, frozen=True):
    """How the rows of one algorithm are laid out."""

    algorithm: str
    rows: int
    bits: int
    scan_width: int
    image_width: int

    @property
    def key_width(self) -> int:
        return KEY_BYTES[self.algorithm]

    @property
    def row_width(self) -> int:
        return self.key_width + self.scan_width + self.image_width

    @property
    def index_width(self) -> int:
        return ((1 << self.bits) + 1) * _PLACE_BYTES

    def place(self, key: bytes) -> int:
        return int.from_bytes(key[:4], "big") >> (32 - self.bits)


_HEADER = msgspec.json.Decoder(tuple[_Section, ...])


def pack(digest: Digest, hint: Hint) -> tuple[str, bytes]:
    """Return the algorithm of *digest*, and its row before the widths are known; rows sort by their digest."""
    algorithm, _, key = digest.partition(":")
    return algorithm, bytes.fromhex(key) + f"{hint.scan_id} {hint.image_id or ''}".encode()


def write_table(rows: Mapping[str, Sequence[bytes]], stream: BinaryIO) -> None:
    """Write packed *rows*: for each algorithm sorted, and no digest twice."""
    sections = tuple(_section(algorithm, found) for algorithm, found in rows.items() if found)
    stream.write(MAGIC + msgspec.json.encode(sections) + b"\n")
    for section in sections:
        found = rows[section.algorithm]
        _index(section, found).tofile(stream)
        stream.writelines(_fitted(row, section) for row in found)
    stream.flush()


def _section(algorithm: str, rows: Sequence[bytes]) -> _Section:
    start = KEY_BYTES[algorithm]
    blanks = [row.index(b" ", start) for row in rows]
    return _Section(
        algorithm=algorithm,
        rows=len(rows),
        bits=(len(rows) // ROWS_PER_PLACE).bit_length(),
        scan_width=max(blanks) - start,
        image_width=max(len(row) - blank - 1 for row, blank in zip(rows, blanks, strict=True)),
    )


def _index(section: _Section, rows: Sequence[bytes]) -> "array[int]":
    """Return for each place the number of its first row, and behind the last place the number of rows."""
    counts = array("I", bytes(section.index_width))
    for row in rows:
        counts[section.place(row) + 1] += 1
    return array("I", accumulate(counts))


def _fitted(row: bytes, section: _Section) -> bytes:
    scan_id, _, image_id = row[section.key_width :].partition(b" ")
    padded = scan_id.ljust(section.scan_width, b"\0") + image_id.ljust(section.image_width, b"\0")
    return row[: section.key_width] + padded


def map_table(file: Path) -> "MappedHints | None":
    """Return the table in *file*; None if there is no such file, or none that was written to its end.

    Raises:
        OSError: it is there, and cannot be read.
    """
    try:
        with file.open("rb") as stream:
            memory = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (FileNotFoundError, ValueError):
        return None
    return _checked(memory)


def _checked(memory: mmap.mmap) -> "MappedHints | None":
    if memory.readline() != MAGIC:
        return None
    try:
        sections = _HEADER.decode(memory.readline())
    except msgspec.MsgspecError:
        return None
    start, parts = memory.tell(), {}
    for section in sections:
        parts[section.algorithm] = _Rows(memory, section, start, start + section.index_width)
        start += section.index_width + section.rows * section.row_width
    return MappedHints(parts) if start == len(memory) else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one algorithm, in mapped memory."""

    memory: mmap.mmap
    section: _Section
    index: int
    start: int

    def find(self, key: bytes) -> bytes | None:
        """Return the row of *key*."""
        low, high = _RANGE.unpack_from(self.memory, self.index + _PLACE_BYTES * self.section.place(key))
        number = low + bisect_left(range(low, high), key, key=self._key)
        return self._row(number) if number < high and self._key(number) == key else None

    def _key(self, number: int) -> bytes:
        start = self.start + number * self.section.row_width
        return self.memory[start : start + self.section.key_width]

    def _row(self, number: int) -> bytes:
        start = self.start + number * self.section.row_width
        return self.memory[start : start + self.section.row_width]


@dataclass(frozen=True, slots=True)
class MappedHints:
    """The entries of a table that is not in the process's own memory."""

    parts: Mapping[str, _Rows]

    def get(self, digest: Digest, /) -> Hint | None:
        """Return the hint for *digest*, if there is one."""
        algorithm, _, key = digest.partition(":")
        part = self.parts.get(algorithm)
        row = None if part is None else part.find(bytes.fromhex(key))
        return None if part is None or row is None else _hint(row, part.section)

    def __len__(self) -> int:
        """Count the digests."""
        return sum(part.section.rows for part in self.parts.values())


def _hint(row: bytes, section: _Section) -> Hint:
    """Return what a row says. Its ids were parsed before they were written."""
    scan_id, image_id = (
        part.rstrip(b"\0").decode()
        for part in (
            row[section.key_width : section.key_width + section.scan_width],
            row[section.key_width + section.scan_width :],
        )
    )
    return Hint(Source.TABLE, ScanId(scan_id), ImageId(image_id) if image_id else None)
