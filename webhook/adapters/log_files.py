"""Logs as files, plain or compressed by gzip, and as standard input; line by line, however large they are."""

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from webhook.core.audit_logs import LogLine
from webhook.errors import InvalidDocument

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 16 * 1024 * 1024
"""Longer than any record: what a line is longer is not kept."""

BUFFER_BYTES = 1024 * 1024
GZIP = b"\x1f\x8b"
STDIN = Path("-")


class LogFiles:
    """Some logs, one behind the other."""

    def __init__(self, paths: Sequence[Path], stdin: BinaryIO) -> None:
        """Read *paths* in their order; `-` is *stdin*.

        Raises:
            InvalidDocument: one is not there, or cannot be read.
        """
        self._paths, self._stdin = paths, stdin
        self._finished = 0
        self._current: io.FileIO | None = None
        self.total = _total(paths)
        """Bytes in all; None where that is not known before the end."""

    @property
    def done(self) -> int:
        """Bytes that were read so far, as they lie in the files."""
        current = self._current
        return self._finished + (current.tell() if current is not None and current.seekable() else 0)

    def lines(self) -> Iterator[LogLine]:
        """Yield each line. A file that breaks off, or is damaged, ends with a line that says so."""
        for path in self._paths:
            with ExitStack() as stack:
                if path == STDIN:
                    raw = self._stdin
                else:
                    self._current = stack.enter_context(_opened(path))
                    raw = stack.enter_context(io.BufferedReader(self._current, BUFFER_BYTES))
                yield from _lines("standard input" if path == STDIN else str(path), raw)
                self._finished, self._current = self.done, None


def _total(paths: Sequence[Path]) -> int | None:
    total = 0
    for path in paths:
        if path == STDIN or path.is_fifo():
            return None
        with _opened(path) as file:
            total += file.seek(0, io.SEEK_END) if file.seekable() else 0
    return total


def _opened(path: Path) -> io.FileIO:
    try:
        return io.FileIO(path)
    except OSError as error:
        raise InvalidDocument(f"{path}: cannot be read: {error.strerror}") from error


def _lines(source: str, raw: BinaryIO) -> Iterator[LogLine]:
    number = 0
    try:
        stream = _decompressed(raw)
        while line := stream.readline(MAX_LINE_BYTES):
            number += 1
            if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
                _skip(stream)
                yield LogLine(source, number, b"", f"it is longer than {MAX_LINE_BYTES} bytes")
            else:
                yield LogLine(source, number, line)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield LogLine(source, number + 1, b"", f"the compressed file breaks off or is damaged: {error}")
    except OSError as error:
        raise InvalidDocument(f"{source}: cannot be read: {error.strerror}") from error


def _decompressed(raw: BinaryIO) -> BinaryIO:
    """Return the content, whatever the name of the file is: gzip is told by how it begins."""
    stream = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(raw)  # type: ignore[type-var]
    if stream.peek(len(GZIP))[: len(GZIP)] != GZIP:
        return stream
    return io.BufferedReader(_Decompressed(gzip.GzipFile(fileobj=stream)), BUFFER_BYTES)


class _Decompressed(io.RawIOBase):
    """The content of a compressed stream, as far as it goes: what lies before damage is not lost."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        found = self._stream.read1(len(view))
        view[: len(found)] = found
        return len(found)


def _skip(stream: BinaryIO) -> None:
    """Read to the end of a line."""
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass
