"""A folder in which large lookup tables are compiled, once for all processes of the gate."""

import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from webhook.adapters import table_compiler
from webhook.adapters.stamps import Stamp, stamp
from webhook.adapters.table_file import MappedHints, map_table
from webhook.core.printable import printable
from webhook.errors import InvalidDocument

COMPILE_SECONDS = 900.0
"""A compiler that takes longer hangs: a million entries are ten seconds of JSON, or a minute of YAML."""

TRIES = 3
"""How often a table that changes while it is compiled is begun anew."""

PACKAGE_ROOT = Path(table_compiler.__file__).parents[2]
"""The compiler runs here, so that it is this package that it imports, however this process found it."""


class Workshop:
    """Compiles tables into a folder of its own. Make it before the fork; every process may use it at once.

    The first process that meets a table compiles it, under a lock, and the others map the same file. Only
    the newest file of each table is kept; one that is still mapped lives on without its name.
    """

    def __init__(self, scratch: Path) -> None:
        """Work in *scratch*, best a folder in memory. Nothing is made there before it is needed."""
        self.compilations = 0
        """How many tables this process compiled."""
        self._folder = scratch / f"scangate-{os.geteuid()}"
        self._owner = os.getpid()

    def compiled(self, path: Path) -> MappedHints:
        """Return the table in the file or folder *path*, compiled now or before.

        Raises:
            InvalidDocument: it cannot be read or understood, or the workshop's folder not be used.
        """
        try:
            _make_private(self._folder)
            with self._lock(path):
                return self._newest(path)
        except OSError as error:
            raise InvalidDocument(
                f"{path}: a table of this size is compiled in {self._folder}, which cannot be used: {error.strerror}"
            ) from error

    def existing(self, path: Path) -> MappedHints:
        """Return the table in *path* if some process has compiled it already.

        Raises:
            InvalidDocument: none has, or none could.
        """
        with suppress(OSError):
            _make_private(self._folder)
            hints = map_table(self._target(path, stamp(path)))
            if hints is not None:
                return hints
        raise InvalidDocument(f"{path}: is not compiled yet")

    def clear(self, path: Path) -> None:
        """Remove what was compiled from *path*, in the process that made the workshop: a fork of it goes on."""
        if os.getpid() == self._owner:
            self._sweep(path, keep=None)
            with suppress(OSError):
                self._folder.rmdir()

    @contextmanager
    def _lock(self, path: Path) -> Iterator[None]:
        with self._named(path, ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _newest(self, path: Path) -> MappedHints:
        for _ in range(TRIES):
            seen = stamp(path)
            target = self._target(path, seen)
            hints = map_table(target)
            if hints is None:
                hints = self._compile(path, target)
            self._sweep(path, keep=target)
            if stamp(path) == seen:
                return hints
        raise InvalidDocument(f"{path}: changed each time it was read")

    def _compile(self, path: Path, target: Path) -> MappedHints:
        """Write *target* so that it is there whole or not at all, even after the power failed."""
        self.compilations += 1
        part = self._named(path, f"-{os.getpid()}.part")
        part.unlink(missing_ok=True)
        try:
            with part.open("xb") as stream:
                _run_compiler(path, stream)
                os.fsync(stream.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        hints = map_table(target)
        if hints is None:
            raise InvalidDocument(f"{path}: its compiled form was changed by somebody else")
        return hints

    def _sweep(self, path: Path, keep: Path | None) -> None:
        """Remove older tables, and what a killed process left behind."""
        lock = self._named(path, ".lock") if keep else None
        for file in self._folder.glob(f"{_short(str(path.absolute()))}*"):
            if file not in (keep, lock):
                file.unlink(missing_ok=True)

    def _target(self, path: Path, seen: Stamp) -> Path:
        return self._named(path, f"-{_short(repr(seen))}.table")

    def _named(self, path: Path, ending: str) -> Path:
        return self._folder / (_short(str(path.absolute())) + ending)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _make_private(folder: Path) -> None:
    """Make *folder*, or see that it is a folder which nobody else can write: in a shared /tmp it may be a trap."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise InvalidDocument(f"{folder}: must be a folder that only the gate's user may open")


def _run_compiler(path: Path, stream: BinaryIO) -> None:
    command = [sys.executable, "-m", table_compiler.__name__]
    try:
        done = subprocess.run(  # noqa: S603 - the path goes in by standard input
            command,
            input=os.fsencode(path.absolute()),
            stdout=stream,
            stderr=subprocess.PIPE,
            cwd=PACKAGE_ROOT,
            timeout=COMPILE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidDocument(f"{path}: could not be compiled in {COMPILE_SECONDS:g} seconds") from error
    if done.returncode:
        raise InvalidDocument(complaint(path, done.returncode, done.stderr.decode("utf-8", "replace")))


def complaint(path: Path, code: int, text: str) -> str:
    """Say why the compiler ended with *code*, given what it wrote to standard error."""
    if code == table_compiler.EXIT_INVALID:
        return text
    if code < 0:
        return f"{path}: its compiler was ended by a signal ({signal.strsignal(-code)}), perhaps for lack of memory"
    return f"{path}: its compiler failed: {printable(text.strip().rpartition(chr(10))[2])}"
