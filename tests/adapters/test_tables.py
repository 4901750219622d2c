"""The table reader: small tables and large ones answer alike, and a large one is swapped without a pause."""

import json
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lookup_tables import digest, hint, write, written
from tests.mounts import Mount
from webhook.adapters.files import load_all
from webhook.adapters.reload import Reloaded
from webhook.adapters.table_file import MappedHints
from webhook.adapters.tables import SMALL_BYTES, TableReader
from webhook.adapters.workshop import Workshop
from webhook.core.table import Table, parse_table
from webhook.errors import InvalidDocument

ENTRIES = 50_000
LOG = logging.getLogger("tests.tables")

REVIEW_SECONDS = 0.002
"""A review comes so often."""

REVIEW = json.dumps([{"name": str(number), "image": "x" * 60} for number in range(100)])


@pytest.fixture
def reader(tmp_path: Path) -> TableReader:
    """Give a reader that compiles in a folder of its own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return TableReader(Workshop(scratch))


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Give a large table."""
    return write(tmp_path / "table.json", range(ENTRIES))


def reloaded(reader: TableReader, path: Path) -> Reloaded[Table]:
    """Return the table in *path* as the gate holds it."""
    return Reloaded("table", path, lambda current: reader.read(path, current), log=LOG)


def look(tables: Reloaded[Table]) -> None:
    """Look as often as a file needs that has come to rest."""
    for _ in range(2):
        tables.look()


def test_a_small_table_is_a_dict(reader: TableReader, tmp_path: Path) -> None:
    """Nothing is compiled for what most clusters have."""
    table = reader.read(write(tmp_path / "table.yaml", range(1000)), None)

    assert isinstance(table.hints, dict)
    assert table.hint(digest(999)) == hint(999)
    assert not list((tmp_path / "scratch").iterdir())


def test_a_large_table_answers_as_a_dict_does(reader: TableReader, large: Path) -> None:
    """The same for every entry, and none for what is not there."""
    table, small = reader.read(large, None), parse_table(load_all(large))

    assert isinstance(table.hints, MappedHints)
    assert len(table.hints) == len(small.hints) == ENTRIES
    assert all(table.hint(digest(number)) == small.hint(digest(number)) for number in range(ENTRIES + 1000))


def test_a_folder_has_what_was_remembered_of_earlier_scans(reader: TableReader, tmp_path: Path) -> None:
    """Small or large, and not only as it was when the table was read; a single file has nothing beside it."""
    write(tmp_path / "a.yaml", range(2))
    table = reader.read(tmp_path, None)
    (tmp_path / "t-0.history").write_text(f'{{\n"{digest(0)}":[["che1","2026-06-27T13:00:38.645Z",0,0,0,0,0,0]]\n}}\n')

    assert [scan.scan_id for scan in table.histories.of(digest(0))] == ["che1"]
    assert reader.read(tmp_path / "a.yaml", None).histories.of(digest(0)) == ()


def test_the_size_of_all_shards_counts(reader: TableReader, tmp_path: Path) -> None:
    """Many small files are a large table."""
    shards = tmp_path / "shards"
    shards.mkdir()
    for shard in range(5):
        write(shards / f"{shard}.json", range(shard * 500, shard * 500 + 500))

    table = reader.read(shards, None)

    assert all(file.stat().st_size < SMALL_BYTES for file in shards.iterdir())
    assert isinstance(table.hints, MappedHints)
    assert [table.hint(digest(number)) for number in range(2500)] == [hint(number) for number in range(2500)]


def test_a_folder_that_nobody_has_filled_is_a_table_without_entries(reader: TableReader, tmp_path: Path) -> None:
    """An optional ConfigMap may come after the gate."""
    mount = Mount(tmp_path / "mounted")
    tables = reloaded(reader, mount.folder)
    before = len(tables.value().hints)

    mount.publish({"table.json": written([0])})
    look(tables)

    assert (before, tables.value().hint(digest(0))) == (0, hint(0))


@pytest.mark.parametrize("size", [10, 5000])
@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="no file left"),
        pytest.param({"table.json": ""}, id="an empty file"),
        pytest.param({"table.yaml": "# nothing"}, id="an empty shard"),
        pytest.param({"table.json": "null"}, id="null"),
        pytest.param({"table.json": '{"sha256:1": "che1"}'}, id="a wrong entry"),
        pytest.param({"table.json": '{"' + "x" * SMALL_BYTES}, id="a large file, cut off"),
    ],
)
def test_a_bad_table_keeps_the_last_good_one(
    reader: TableReader, tmp_path: Path, size: int, files: dict[str, str]
) -> None:
    """Whatever the size of both, and nothing is taken for an empty table."""
    mount = Mount(tmp_path / "mounted")
    text = write(tmp_path / "table.json", range(size)).read_text(encoding="utf-8")
    mount.publish({"table.json": text})
    tables = reloaded(reader, mount.folder)

    mount.publish(files)
    look(tables)

    assert len(tables.value().hints) == size
    assert tables.value().hint(digest(size - 1)) == hint(size - 1)
    assert tables.failures == 1
    assert str(mount.folder) in str(tables.problem)


def test_a_table_that_vanishes_is_kept(reader: TableReader, large: Path) -> None:
    """Compiled or not, it lives without its file."""
    tables = reloaded(reader, large)

    large.unlink()
    look(tables)

    assert tables.value().hint(digest(1)) == hint(1)
    assert tables.problem == f"{large}: cannot be read: No such file or directory"


def test_a_table_may_be_emptied_on_purpose(reader: TableReader, large: Path) -> None:
    """Who writes {} means it."""
    tables = reloaded(reader, large)

    write(large, [])
    look(tables)

    assert (len(tables.value().hints), tables.problem) == (0, None)


def test_a_folder_that_is_not_there_is_an_error(reader: TableReader, tmp_path: Path) -> None:
    """A wrong path in the configuration is told at the start."""
    with pytest.raises(InvalidDocument, match="gone: cannot be read: No such file"):
        reader.read(tmp_path / "gone", None)


def waits(tables: Reloaded[Table], during: Callable[[int], bool]) -> list[float]:
    """Return, sorted, how long after its time each review was answered, while *during* what was answered so far."""
    late: list[float] = []
    due = time.perf_counter()
    while during(len(late)):
        due += REVIEW_SECONDS
        time.sleep(max(0.0, due - time.perf_counter()))
        json.loads(REVIEW)
        assert all(tables.value().hint(digest(number)) for number in range(20))
        late.append(time.perf_counter() - due)
    return sorted(late)


def ratio_of_waits(tables: Reloaded[Table], large: Path, version: str) -> float:
    """Return the 99th percentile of the waits during a swap, over that of as many without one."""
    write(large, range(ENTRIES), version)
    swap = threading.Thread(target=look, args=[tables])
    swap.start()
    during = waits(tables, lambda _: swap.is_alive())
    quiet = waits(tables, lambda answered: answered < len(during))
    return during[len(during) * 99 // 100] / quiet[len(quiet) * 99 // 100]


def test_a_large_table_is_swapped_without_a_pause(reader: TableReader, large: Path) -> None:
    """No review waits twenty times longer; read in the same process, the table would make them wait 400 times.

    One of three swaps has to show it: whatever else this machine does makes a wait longer, never shorter.
    """
    tables = reloaded(reader, large)
    ratios = [ratio_of_waits(tables, large, version) for version in "bcd"]

    assert tables.value().hint(digest(7)) == hint(7, "d")
    assert min(ratios) < 20
