"""A folder whose files change all at once."""

from pathlib import Path

import pytest

from webhook.adapters.snapshots import CURRENT, Snapshots
from webhook.errors import InvalidDocument


def content(folder: Path) -> dict[str, str]:
    """Return the files that are in force."""
    return {file.name: file.read_text() for file in (folder / CURRENT).iterdir()}


def test_first_snapshot(tmp_path: Path) -> None:
    """The folder is made, and the link leads to the files."""
    snapshots = Snapshots(tmp_path / "deep" / "table")
    assert not snapshots.exists()
    assert not snapshots.there()
    snapshots.put({"a.json": "1", "b.json": "2"})
    assert snapshots.exists()
    assert snapshots.there() == {"a.json", "b.json"}
    assert content(tmp_path / "deep" / "table") == {"a.json": "1", "b.json": "2"}


def test_next_snapshot(tmp_path: Path) -> None:
    """It has what it was given, and nothing is left of the one before."""
    snapshots = Snapshots(tmp_path)
    snapshots.put({"a.json": "1", "b.json": "2"})
    snapshots.put({"b.json": "3", "c.json": "4"})
    assert content(tmp_path) == {"b.json": "3", "c.json": "4"}
    assert len(list(tmp_path.iterdir())) == 2


def test_empty_snapshot(tmp_path: Path) -> None:
    """It is one: a table that nobody has filled yet."""
    Snapshots(tmp_path).put({})
    assert Snapshots(tmp_path).exists()
    assert content(tmp_path) == {}


def test_file_that_stays_as_it_is(tmp_path: Path) -> None:
    """It is the very same file."""
    snapshots = Snapshots(tmp_path)
    snapshots.put({"a.json": "1", "b.json": "2"})
    before = (tmp_path / CURRENT / "a.json").stat()
    snapshots.put({"a.json": "1", "b.json": "3"})
    after = (tmp_path / CURRENT / "a.json").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_reader_of_the_one_before(tmp_path: Path) -> None:
    """Who has opened a file reads it to its end."""
    snapshots = Snapshots(tmp_path)
    snapshots.put({"a.json": "old"})
    with (tmp_path / CURRENT / "a.json").open() as stream:
        snapshots.put({"a.json": "new"})
        assert stream.read() == "old"


def test_what_a_killed_process_left(tmp_path: Path) -> None:
    """A snapshot that was not finished is in nobody's way."""
    snapshots = Snapshots(tmp_path)
    snapshots.put({"a.json": "1"})
    (tmp_path / ".snapshot-1").mkdir()
    (tmp_path / ".snapshot-1" / "x.json").write_text("half")
    (tmp_path / f".{CURRENT}").symlink_to("nowhere")
    Snapshots(tmp_path).put({"b.json": "2"})
    assert content(tmp_path) == {"b.json": "2"}


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """The message names it."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidDocument, match="file/table: cannot be written to"):
        Snapshots(tmp_path / "file" / "table").put({})
