"""Logs on disk and on standard input: every line comes, whatever the file is, and memory does not grow with it."""

import gzip
import io
import os
import threading
from pathlib import Path

import pytest

from webhook.adapters.log_files import MAX_LINE_BYTES, STDIN, LogFiles
from webhook.core.audit_logs import LogLine
from webhook.errors import InvalidDocument

TEXT = b"one\n\ntwo\nthree"
LINES = [b"one\n", b"\n", b"two\n", b"three"]


def read(*paths: Path, stdin: bytes = b"") -> list[LogLine]:
    """Return the lines of some logs."""
    return list(LogFiles(paths, io.BytesIO(stdin)).lines())


def contents(lines: list[LogLine]) -> list[bytes]:
    """Return what is in the lines, which must all be there."""
    assert [line.trouble for line in lines] == [None] * len(lines)
    return [line.content for line in lines]


def test_plain_file(tmp_path: Path) -> None:
    """Lines come with their numbers, and with the file that they stand in; the last one needs no end."""
    file = tmp_path / "audit.log"
    file.write_bytes(TEXT)
    found = read(file)
    assert contents(found) == LINES
    assert [(line.source, line.number) for line in found] == [(str(file), number) for number in (1, 2, 3, 4)]


def test_compressed_file_whatever_its_name(tmp_path: Path) -> None:
    """gzip is told by its content; logs that were rotated several times over are one."""
    file = tmp_path / "audit.log.1"
    file.write_bytes(gzip.compress(b"zero\n") + gzip.compress(TEXT))
    assert contents(read(file)) == [b"zero\n", *LINES]


@pytest.mark.parametrize("sent", [TEXT, gzip.compress(TEXT)], ids=["plain", "compressed"])
def test_standard_input(sent: bytes) -> None:
    """It is read like a file, and is called by its name."""
    found = read(STDIN, stdin=sent)
    assert contents(found) == LINES
    assert found[0].source == "standard input"


def test_several_logs_are_read_one_behind_the_other(tmp_path: Path) -> None:
    """Each begins with line 1, and what was read and what there is to read are counted over all of them."""
    first, second = tmp_path / "1", tmp_path / "2"
    first.write_bytes(TEXT)
    second.write_bytes(TEXT)
    logs = LogFiles((first, second), io.BytesIO())
    assert (logs.done, logs.total) == (0, 2 * len(TEXT))
    assert [line.number for line in logs.lines()] == [1, 2, 3, 4] * 2
    assert logs.done == logs.total


def test_pipe(tmp_path: Path) -> None:
    """A named pipe has no size; it is read to its end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    thread = threading.Thread(target=lambda: pipe.write_bytes(TEXT))
    thread.start()
    logs = LogFiles((pipe,), io.BytesIO())
    assert contents(list(logs.lines())) == LINES
    assert logs.total is None
    thread.join()


@pytest.mark.parametrize("kept", [0.01, 0.5, 0.99])
def test_compressed_file_that_breaks_off(tmp_path: Path, kept: float) -> None:
    """What is there is read, and the end says what is wrong: the log may still be written to."""
    whole = gzip.compress(b"".join(os.urandom(20).hex().encode() + b"\n" for _ in range(20_000)))
    file = tmp_path / "audit.log.gz"
    file.write_bytes(whole[: int(len(whole) * kept)])
    found = read(file)
    assert "breaks off" in (found[-1].trouble or "")
    assert len(contents(found[:-1])) >= 20_000 * kept - 3_000


def test_compressed_file_that_is_damaged(tmp_path: Path) -> None:
    """What comes before the damage is read, and so is the next file."""
    bad, good = tmp_path / "1.gz", tmp_path / "2"
    bad.write_bytes(gzip.compress(b"one\n") + b"\x1f\x8bnonsense")
    good.write_bytes(TEXT)
    found = read(bad, good)
    assert [line.trouble is None for line in found] == [True, False, True, True, True, True]
    assert contents(found[2:]) == LINES


def test_line_without_end(tmp_path: Path) -> None:
    """A line that is longer than any record is not kept, and the next one is read."""
    file = tmp_path / "audit.log"
    file.write_bytes(b"x" * (2 * MAX_LINE_BYTES + 5) + b"\n" + b"y" * (MAX_LINE_BYTES - 1) + b"\nlast\n")
    found = read(file)
    assert [line.number for line in found] == [1, 2, 3]
    assert (found[0].content, "longer" in (found[0].trouble or "")) == (b"", True)
    assert found[2].content == b"last\n"


@pytest.mark.parametrize("name", ["none", "."])
def test_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """It is named before anything is read."""
    with pytest.raises(InvalidDocument, match="cannot be read: "):
        LogFiles((tmp_path / name,), io.BytesIO())
