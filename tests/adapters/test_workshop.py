"""The workshop: large tables are compiled once for all processes, and nothing is left lying about."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.lookup_tables import digest, hint, write
from webhook.adapters.workshop import Workshop, complaint
from webhook.errors import InvalidDocument

PROCESSES = 4

READING = """
import sys
from pathlib import Path
from tests.lookup_tables import digest, hint
from webhook.adapters.workshop import Workshop
scratch, path, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
workshop = Workshop(scratch)
sys.stdin.readline()
table = workshop.compiled(path)
right = len(table) == size and all(table.get(digest(number)) == hint(number) for number in range(size))
print(workshop.compilations, right)
"""


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Give an empty folder to work in."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Give a table of a thousand entries."""
    return write(tmp_path / "table.json", range(1000))


def kept(scratch: Path) -> list[Path]:
    """Return the compiled tables in *scratch*, and whatever else is not a lock."""
    return [file for file in scratch.glob("scangate-*/*") if file.suffix != ".lock"]


def test_a_table_is_compiled_once(scratch: Path, table: Path) -> None:
    """A process that comes later maps what is there."""
    first, second = Workshop(scratch), Workshop(scratch)
    first.compiled(table)
    again = second.compiled(table)

    assert (first.compilations, second.compilations) == (1, 0)
    assert [again.get(digest(number)) for number in range(1000)] == [hint(number) for number in range(1000)]


def test_a_table_without_entries_is_compiled_once_too(scratch: Path, tmp_path: Path) -> None:
    """Nothing in it is no reason to begin again."""
    empty = write(tmp_path / "table.json", [])
    workshop = Workshop(scratch)

    assert [len(workshop.compiled(empty)) for _ in range(2)] == [0, 0]
    assert workshop.compilations == 1


def test_processes_share_the_work(scratch: Path, table: Path) -> None:
    """Of several that meet a new table at the same moment one compiles it, and all have all of it."""
    command = [sys.executable, "-c", READING, str(scratch), str(table), "1000"]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    answers = sorted(process.communicate("go\n", timeout=60)[0] for process in processes)

    assert answers == ["0 True\n"] * (PROCESSES - 1) + ["1 True\n"]
    assert len(kept(scratch)) == 1


def test_only_the_newest_is_kept(scratch: Path, table: Path) -> None:
    """Neither older tables stay, nor what a killed process had begun; the old one answers to the end."""
    workshop = Workshop(scratch)
    before = workshop.compiled(table)
    (old,) = kept(scratch)
    begun = old.with_name(old.name.partition("-")[0] + "-1.part")
    begun.touch()

    write(table, range(1000), version="b")
    after = workshop.compiled(table)

    assert len(kept(scratch)) == 1
    assert not {old, begun} & set(kept(scratch))
    assert (before.get(digest(7)), after.get(digest(7))) == (hint(7), hint(7, "b"))


def test_two_tables_do_not_disturb_each_other(scratch: Path, table: Path, tmp_path: Path) -> None:
    """Two gates on one machine may work in the same folder."""
    workshop = Workshop(scratch)
    other = write(tmp_path / "other.json", range(10))
    for path in (table, other, table, other):
        workshop.compiled(path)

    assert workshop.compilations == len(kept(scratch)) == 2


def test_a_spoilt_file_is_compiled_anew(scratch: Path, table: Path) -> None:
    """What was cut off, by whatever, is not a shorter table."""
    Workshop(scratch).compiled(table)
    (file,) = kept(scratch)
    file.write_bytes(file.read_bytes()[:-1])
    workshop = Workshop(scratch)

    assert len(workshop.compiled(table)) == 1000
    assert workshop.compilations == 1


def test_an_invalid_table_is_told_in_the_compilers_words(scratch: Path, table: Path) -> None:
    """And nothing is left of what was begun: a full folder would stay full."""
    table.write_text('{"sha256:1": "che1"}', encoding="utf-8")

    with pytest.raises(InvalidDocument, match=f"{table}: 'sha256:1' is not a digest"):
        Workshop(scratch).compiled(table)

    assert not kept(scratch)


def test_a_table_that_does_not_rest_is_given_up(scratch: Path, table: Path) -> None:
    """What was read half before and half after a change is never used."""
    stop = threading.Event()

    def disturb() -> None:
        while not stop.wait(0.002):
            write(table, range(10))

    writer = threading.Thread(target=disturb, daemon=True)
    writer.start()
    with pytest.raises(InvalidDocument, match="changed each time it was read"):
        Workshop(scratch).compiled(table)
    stop.set()
    writer.join()

    assert len(Workshop(scratch).compiled(table)) == 10


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, table: Path) -> None:
    """With the table it is needed for: on a read-only file system people look for the folder in vain."""
    with pytest.raises(InvalidDocument, match=f"{table}: a table of this size is compiled in {tmp_path}/none/"):
        Workshop(tmp_path / "none").compiled(table)


@pytest.mark.parametrize("trap", ["open", "link"])
def test_a_folder_that_others_can_change_is_refused(scratch: Path, table: Path, tmp_path: Path, trap: str) -> None:
    """In a shared /tmp somebody else may have made it first, to slip a table in."""
    Workshop(scratch).compiled(table)
    (folder,) = scratch.iterdir()
    if trap == "open":
        folder.chmod(0o777)
    else:
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidDocument, match="must be a folder that only the gate's user may open"):
        Workshop(scratch).compiled(table)


def test_at_the_end_nothing_is_left(scratch: Path, table: Path) -> None:
    """A gate that stops cleans up, even where it never compiled anything."""
    workshop = Workshop(scratch)
    workshop.clear(table)
    workshop.compiled(table)
    workshop.clear(table)

    assert not list(scratch.iterdir())


@pytest.mark.parametrize(
    ("code", "text", "words"),
    [
        (2, "t.json: bad", "t.json: bad"),
        (-9, "", "t.json: its compiler was ended by a signal (Killed), perhaps for lack of memory"),
        (1, "Traceback\n  x\nMemoryError\n", "t.json: its compiler failed: MemoryError"),
        (1, "", "t.json: its compiler failed: "),
    ],
)
def test_every_end_of_the_compiler_has_its_words(code: int, text: str, words: str) -> None:
    """The kernel ends a process that takes too much memory without a word of its own."""
    assert complaint(Path("t.json"), code, text) == words
