"""A folder as the kubelet mounts a ConfigMap or Secret: every name is a link through `..data`, which is swapped."""

import itertools
from collections.abc import Mapping
from pathlib import Path


class Mount:
    """Plays the kubelet's atomic writer."""

    def __init__(self, folder: Path) -> None:
        """Mount at *folder*, with nothing in it."""
        self.folder = folder
        self._versions = itertools.count()
        folder.mkdir()

    def publish(self, files: Mapping[str, str]) -> None:
        """Replace all files at once, then bring the links with the names in line."""
        version = self.folder / f"..2026_11_24_{next(self._versions)}"
        version.mkdir()
        for name, text in files.items():
            (version / name).write_text(text, encoding="utf-8")
        swapped = self.folder / "..data_tmp"
        swapped.symlink_to(version.name)
        swapped.rename(self.folder / "..data")
        for name in files:
            link = self.folder / name
            if not link.is_symlink():
                link.symlink_to(f"..data/{name}")
        for link in self.folder.iterdir():
            if not link.name.startswith(".") and link.name not in files:
                link.unlink()


def replace(file: Path, text: str) -> None:
    """Replace *file* in one step, as careful programs do."""
    new = file.with_name(f".{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.rename(file)
