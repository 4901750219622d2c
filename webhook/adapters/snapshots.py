"""A folder whose files change all at once: each state is a folder of its own, and a link leads to the newest."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from webhook.errors import InvalidDocument

CURRENT = "current"
"""The link."""

_PREFIX = ".snapshot-"


class Snapshots:
    """Snapshots of files in a folder that nothing else writes to."""

    def __init__(self, folder: Path) -> None:
        """Keep them in *folder*, which is made if need be."""
        self._folder = folder
        self._link = folder / CURRENT

    def there(self) -> frozenset[str]:
        """Return the names of the files of the newest snapshot; none where there is no snapshot."""
        return frozenset(file.name for file in self._link.iterdir()) if self._link.is_dir() else frozenset()

    def exists(self) -> bool:
        """Tell whether there is a snapshot."""
        return self._link.is_dir()

    def put(self, files: Mapping[str, str]) -> None:
        """Make *files*, text by name, the newest snapshot.

        A file that stays as it is stays the very same one, so that nobody need read it again.

        Raises:
            InvalidDocument: the folder cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            before = self._link.resolve() if self._link.is_dir() else None
            made = self._next(before)
            for name, text in files.items():
                _place(made / name, text, None if before is None else before / name)
            self._turn(made)
        except OSError as error:
            raise InvalidDocument(f"{self._folder}: cannot be written to: {error.strerror}") from error

    def _next(self, before: Path | None) -> Path:
        number = 0 if before is None else int(before.name.removeprefix(_PREFIX)) + 1
        made = self._folder / f"{_PREFIX}{number}"
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
        return made

    def _turn(self, made: Path) -> None:
        """Have the link lead to *made*, and remove all other snapshots."""
        link = self._folder / f".{CURRENT}"
        link.unlink(missing_ok=True)
        link.symlink_to(made.name)
        link.replace(self._link)
        for old in self._folder.glob(f"{_PREFIX}*"):
            if old != made:
                shutil.rmtree(old, ignore_errors=True)


def _place(file: Path, text: str, before: Path | None) -> None:
    content = text.encode()
    if before is not None and before.is_file() and before.read_bytes() == content:
        os.link(before, file)
    else:
        file.write_bytes(content)
