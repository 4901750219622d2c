"""Which files a path stands for, and a stamp that shows any change of them."""

from pathlib import Path

from webhook.adapters.files import SUFFIXES

Stamp = tuple[tuple[str | int, ...], ...]
"""For each file its name, device, inode, size and time of change; of one that is not there only the name."""


def members(path: Path) -> tuple[Path, ...]:
    """Return the file itself, or every YAML and JSON file directly in a folder, in name order.

    Hidden entries are left out: a mounted ConfigMap keeps its versions in them.

    Raises:
        OSError: the folder cannot be listed.
    """
    if not path.is_dir():
        return (path,)
    return tuple(sorted(file for file in path.iterdir() if file.suffix in SUFFIXES and not file.name.startswith(".")))


def stamp(path: Path) -> Stamp:
    """Describe the files of *path* so that any change of one of them shows.

    Symbolic links are followed: the kubelet changes a mounted ConfigMap or Secret by turning one link,
    and the files behind it are then others.
    """
    try:
        return tuple(_facts(file) for file in members(path))
    except OSError:
        return ()


def _facts(file: Path) -> tuple[str | int, ...]:
    try:
        found = file.stat()
    except OSError:
        return (file.name,)
    return (file.name, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
