"""The compiler: what it writes says what the files say, and what they contradict it refuses."""

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from tests.lookup_tables import digest, hint, write, written
from webhook.adapters.files import load_all
from webhook.adapters.table_compiler import EXIT_INVALID, compile_table
from webhook.adapters.table_file import MappedHints, map_table
from webhook.core.table import parse_table
from webhook.errors import InvalidDocument


def compiled(path: Path, target: Path) -> MappedHints:
    """Compile *path* into *target*, and map it."""
    with target.open("wb") as stream:
        compile_table(path, stream)
    table = map_table(target)
    assert table is not None
    return table


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of three shards, two of which agree about some entries."""
    shards = tmp_path / "shards"
    shards.mkdir()
    write(shards / "1.json", range(500))
    write(shards / "2.yaml", range(450, 700))
    write(shards / "3.json", range(700, 1000))
    return shards


def test_shards_are_joined_as_small_ones_are(tmp_path: Path, folder: Path) -> None:
    """Every entry of every file, and nothing else."""
    table, small = compiled(folder, tmp_path / "t"), parse_table(load_all(folder))

    assert len(table) == len(small.hints) == 1000
    assert all(table.get(digest(number)) == small.hint(digest(number)) for number in range(1100))


def test_a_single_file_may_have_any_name(tmp_path: Path) -> None:
    """Only in a folder does the name tell what is meant."""
    table = compiled(write(tmp_path / "table.conf", range(10)), tmp_path / "t")

    assert table.get(digest(9)) == hint(9)


def test_synchronised_file_gives_way_as_in_a_small_table(tmp_path: Path, folder: Path) -> None:
    """What it says of digests in other files does not count, nor what a second one says of those in the first."""
    write(folder / "0.scans.json", range(900, 1100), "b")
    write(folder / "9.scans.json", range(1000, 1200), "c")
    table, small = compiled(folder, tmp_path / "t"), parse_table(load_all(folder))

    assert len(table) == len(small.hints) == 1200
    assert all(table.get(digest(number)) == small.hint(digest(number)) for number in range(1200))
    assert [table.get(digest(number)) for number in (950, 1050, 1150)] == [hint(950), hint(1050, "b"), hint(1150, "c")]


@pytest.mark.parametrize("number", [3, 99])
def test_shards_that_disagree_are_refused(folder: Path, number: int) -> None:
    """By the name of the later file and the digest, whatever its algorithm."""
    (folder / "3.json").write_text(json.dumps({digest(number): "chezzz"}), encoding="utf-8")

    with pytest.raises(InvalidDocument) as raised:
        compile_table(folder, BytesIO())

    assert str(raised.value) == f"{folder}/3.json: {digest(number)}: differs from what another file says of it"


def test_a_key_that_stands_twice_in_a_file_is_refused(folder: Path) -> None:
    """Even where both say the same: one of them was meant to be another."""
    entry = written([5]).strip("{}")
    (folder / "3.json").write_text(f"{{{entry},{entry}}}", encoding="utf-8")

    with pytest.raises(InvalidDocument, match=f"3.json: key '{digest(5)}' stands twice"):
        compile_table(folder, BytesIO())


def run(path: object, target: Path) -> "subprocess.CompletedProcess[bytes]":
    """Run the compiler as the gate does."""
    command = [sys.executable, "-m", "webhook.adapters.table_compiler"]
    with target.open("wb") as stream:
        return subprocess.run(
            command, input=str(path).encode(), stdout=stream, stderr=subprocess.PIPE, timeout=60, check=False
        )


def test_as_a_program_it_writes_the_table_to_standard_output(tmp_path: Path, folder: Path) -> None:
    """It says nothing else."""
    done = run(folder, tmp_path / "t")
    table = map_table(tmp_path / "t")

    assert (done.returncode, done.stderr) == (0, b"")
    assert table is not None
    assert len(table) == 1000


def test_as_a_program_it_tells_what_is_wrong(tmp_path: Path, folder: Path) -> None:
    """In the words of the library, without a trace."""
    (folder / "2.yaml").write_text("sha256:1: che1", encoding="utf-8")

    done = run(folder, tmp_path / "t")

    assert done.returncode == EXIT_INVALID
    assert done.stderr.decode().startswith(f"{folder}/2.yaml: ")
    assert b"Traceback" not in done.stderr


def test_as_a_program_it_tells_that_it_cannot_write(folder: Path) -> None:
    """A full disk is not taken for a table."""
    done = run(folder, Path("/dev/full"))

    assert done.returncode == EXIT_INVALID
    assert done.stderr.decode() == f"{folder}: cannot be compiled: No space left on device"
