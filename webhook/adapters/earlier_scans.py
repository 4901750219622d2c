"""What earlier scans of an image found, looked up in the files of a folder when it is asked for.

Only an image that was found wanting is asked for. So nothing of it is kept in memory: the files are mapped, the one
line about the digest is found, and that line is read.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

from webhook.core.history import SUFFIX, History, parse_history
from webhook.core.images import Digest
from webhook.errors import InvalidDocument


class EarlierScans:
    """The histories in a folder of the lookup table, as `scangate table sync` writes them."""

    def __init__(self, folder: Path) -> None:
        """Look into the files of *folder*, as they are at each question."""
        self._folder = folder

    def of(self, digest: Digest) -> History:
        """Return the earlier scans of an image, the newest first; none where nobody has written of it.

        Where two tables have the image, each scan counts once.

        Raises:
            InvalidDocument: a file cannot be read, or the line about the image is not what it should be.
        """
        found = {scan.scan_id: scan for file in self._files() for scan in _of(file, digest)}
        return tuple(sorted(found.values(), key=lambda scan: (scan.scanned_at, scan.scan_id), reverse=True))

    def _files(self) -> Iterator[Path]:
        try:
            names = sorted(file for file in self._folder.iterdir() if file.name.endswith(SUFFIX))
        except OSError as error:
            raise InvalidDocument(f"{self._folder}: cannot be read: {error.strerror}") from error
        return (file for file in names if not file.name.startswith("."))


def _of(file: Path, digest: Digest) -> History:
    line = _line(file, f'"{digest}":'.encode())
    return () if line is None else parse_history(b"{%b}" % line.rstrip().rstrip(b","), str(file))[digest]


def _line(file: Path, start: bytes) -> bytes | None:
    """Return the line of *file* that begins with *start*."""
    try:
        with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as memory:
            place = memory.find(b"\n" + start)
            if place < 0:
                return None
            memory.seek(place + 1)
            return memory.readline()
    except (FileNotFoundError, ValueError):  # gone since it was listed, or empty
        return None
    except OSError as error:
        raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error
