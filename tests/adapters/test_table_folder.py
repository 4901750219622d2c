"""A table in a folder."""

import threading
from pathlib import Path

import pytest

from webhook.adapters.stamps import members
from webhook.adapters.table_folder import TableFolder
from webhook.core.cluster import Version
from webhook.core.table_pieces import ENTRIES, HISTORY, STATE
from webhook.errors import Conflict, InvalidDocument

FILES = {ENTRIES: "{}\n", HISTORY: "{}\n"}


def test_written_and_read(tmp_path: Path) -> None:
    """A piece is two files, and the state is one."""
    table = TableFolder(tmp_path, "t")
    table.write("", {STATE: "s"}, None)
    table.write("3f", FILES, None)
    assert {prefix: dict(piece.files) for prefix, piece in table.read().items()} == {"": {STATE: "s"}, "3f": FILES}


def test_what_the_gate_reads(tmp_path: Path) -> None:
    """Of all that is in the folder, only entries are read as a lookup table."""
    table = TableFolder(tmp_path, "t")
    table.write("", {STATE: "s"}, None)
    table.write("3", FILES, None)
    (tmp_path / ".t-4.scans.json.part").write_text("[")
    assert [file.name for file in members(tmp_path)] == ["t-3.scans.json"]


def test_over_a_version(tmp_path: Path) -> None:
    """A piece is changed if it is as it was read, and made if there was none."""
    table = TableFolder(tmp_path, "t")
    table.write("3", FILES, None)
    version = table.read()["3"].version
    table.write("3", {ENTRIES: "other"}, version)
    assert table.read()["3"].files == {**FILES, ENTRIES: "other"}
    for stale in (version, None):
        with pytest.raises(Conflict, match="t-3"):
            table.write("3", FILES, stale)


def test_files_that_stay_as_they_are(tmp_path: Path) -> None:
    """They are not touched, so that nobody need read them again."""
    table = TableFolder(tmp_path, "t")
    table.write("3", FILES, None)
    before = (tmp_path / "t-3.scans.json").stat()
    table.write("3", {**FILES, HISTORY: "other"}, table.read()["3"].version)
    assert (tmp_path / "t-3.scans.json").stat() == before


def test_one_of_many_at_once(tmp_path: Path) -> None:
    """Of writers that have read the same, one wins and all others hear of it."""
    conflicts: list[Conflict] = []

    def write(number: int) -> None:
        try:
            TableFolder(tmp_path, "t").write("3", {ENTRIES: str(number)}, None)
        except Conflict as conflict:
            conflicts.append(conflict)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(conflicts) == 7


def test_file_that_is_not_text(tmp_path: Path) -> None:
    """It is read as something that no piece is, and can be written over."""
    (tmp_path / "t-3.scans.json").write_bytes(b"\xff")
    table = TableFolder(tmp_path, "t")
    table.write("3", FILES, table.read()["3"].version)
    assert table.read()["3"].files == FILES


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    """The message names it."""
    with pytest.raises(InvalidDocument, match="nowhere: cannot be written to: No such file"):
        TableFolder(tmp_path / "nowhere", "t").write("3", FILES, None)


def test_file_that_cannot_be_read(tmp_path: Path) -> None:
    """The message names it; nobody takes the table for empty."""
    (tmp_path / "t-3.scans.json").mkdir()
    with pytest.raises(InvalidDocument, match=r"t-3.scans.json: cannot be read"):
        TableFolder(tmp_path, "t").read()


def test_version_that_nobody_has_seen(tmp_path: Path) -> None:
    """A piece that was removed since is not made again."""
    with pytest.raises(Conflict):
        TableFolder(tmp_path, "t").write("3", FILES, Version("1"))
