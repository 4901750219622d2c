"""What the gate writes: whole lines of JSON in ASCII, whoever writes at the same time."""

import fcntl
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from webhook.adapters.streams import JsonFormatter, log_config, write_line

LINE_BYTES = 50_000
"""A record of a pod with a hundred images: more than a pipe takes in one piece."""

HOSTILE = ["a\nb", "a\r\nb", "\x00", "\x1b[31mred", "\x7f", "\u202eevil", "\ud800", "\u2028", "</script>", '"}\n{"']


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Give both ends of the smallest pipe there is."""
    ends = os.pipe()
    fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, 4096)
    yield ends
    for end in ends:
        with suppress(OSError):  # the test may have closed it
            os.close(end)


def read_all(end: int) -> bytes:
    """Read a pipe until its other end is closed."""
    with os.fdopen(end, "rb") as stream:
        return stream.read()


def test_line_is_written_as_it_is() -> None:
    """A line comes out of the descriptor as it went in, at once."""
    with pipe() as (out, into):
        write_line(into)(b'{"a":1}\n')
        assert os.read(out, 100) == b'{"a":1}\n'


def test_line_that_is_taken_in_parts() -> None:
    """A line of which the pipe takes a part, because a signal came in between, is written to its end."""
    line = b"x" * 1_000_000 + b"\n"
    interrupted = threading.Event()
    found: list[bytes] = []

    def read_after_the_signal(end: int) -> None:
        interrupted.wait()
        found.append(read_all(end))

    def note(number: int, frame: object) -> None:
        interrupted.set()

    with pipe() as (out, into), on_alarm(note):
        reader = threading.Thread(target=read_after_the_signal, args=(out,))
        reader.start()
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        write_line(into)(line)
        os.close(into)
        reader.join()
    assert found == [line]


@contextmanager
def on_alarm(handler: Callable[[int, object], None]) -> Iterator[None]:
    """Handle SIGALRM with *handler* for a while."""
    before = signal.signal(signal.SIGALRM, handler)
    yield
    signal.signal(signal.SIGALRM, before)


def test_line_that_nobody_reads_is_an_error() -> None:
    """A record that cannot be written is an error of whoever decides, never a decision without a record."""
    with pipe() as (out, into):
        os.close(out)
        with pytest.raises(BrokenPipeError):
            write_line(into)(b"{}\n")


def test_lines_of_many_threads_stay_whole() -> None:
    """Lines longer than a pipe takes at once are not mixed up when threads write at the same time."""
    with pipe() as (out, into):
        write = write_line(into)
        lines = [bytes([97 + number]) * LINE_BYTES + b"\n" for number in range(8)]
        writers = [threading.Thread(target=_write_often, args=(write, line)) for line in lines]
        found: list[bytes] = []
        reader = threading.Thread(target=lambda: found.append(read_all(out)))
        for thread in [*writers, reader]:
            thread.start()
        for writer in writers:
            writer.join()
        os.close(into)
        reader.join()
    assert set(found[0].splitlines(keepends=True)) == set(lines)


def _write_often(write: Callable[[bytes], None], line: bytes) -> None:
    for _ in range(20):
        write(line)


def test_lines_of_many_processes_stay_whole() -> None:
    """Nor are they when the workers of a server write to the same pipe."""
    code = (
        "import sys; from webhook.adapters.streams import write_line\n"
        f"for _ in range(20): write_line(1)(sys.argv[1].encode() * {LINE_BYTES} + b'\\n')"
    )
    with pipe() as (out, into):
        writers = [subprocess.Popen([sys.executable, "-c", code, letter], stdout=into) for letter in "abcd"]
        os.close(into)
        found = read_all(out).splitlines()
        for writer in writers:
            assert writer.wait() == 0
    assert set(found) == {letter * LINE_BYTES for letter in (b"a", b"b", b"c", b"d")}


def log_line(message: str, **extra: object) -> bytes:
    """Return what the formatter makes of a log record."""
    logger = logging.getLogger("test")
    record = logger.makeRecord("scangate", logging.WARNING, "f.py", 1, message, (), None, extra=extra)
    return JsonFormatter().format(record).encode()


def test_log_record_is_one_object() -> None:
    """A record becomes one JSON object with time, level, logger, message and its own fields."""
    record = json.loads(log_line("listening", fields={"reviews": "https://127.0.0.1:8443"}))
    assert record.pop("time").endswith("Z")
    assert record == {
        "level": "warning",
        "logger": "scangate",
        "message": "listening",
        "reviews": "https://127.0.0.1:8443",
    }


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_inside_its_field(text: str) -> None:
    """Whatever is logged, the line is printable ASCII, and says what was logged."""
    line = log_line(text, fields={"name": text})
    assert all(32 <= byte < 127 for byte in line)
    assert (json.loads(line)["message"], json.loads(line)["name"]) == (text, text)


def test_exception_is_a_field() -> None:
    """A traceback is one field of the object, on the same line."""
    logger = logging.getLogger("test")
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError:
        record = logger.makeRecord("x", logging.ERROR, "f.py", 1, "failed: %s", ("it",), sys.exc_info())
    shown = JsonFormatter().format(record)
    assert "\n" not in shown
    assert json.loads(shown)["message"] == "failed: it"
    assert "RuntimeError: first\nsecond" in json.loads(shown)["exception"]


@pytest.mark.parametrize(("level", "told"), [("info", ["info", "error"]), ("error", ["error"])])
def test_configuration_sends_everything_to_standard_error(tmp_path: Path, level: str, told: list[str]) -> None:
    """Every logger of the process, those of libraries too, writes JSON to standard error; standard output is empty."""
    code = (
        "import logging.config, sys; from webhook.adapters.streams import log_config\n"
        "logging.config.dictConfig(log_config(sys.argv[1]))\n"
        "logging.getLogger('some.library').info('one'); logging.getLogger('scangate').error('two')"
    )
    done = subprocess.run([sys.executable, "-c", code, level], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    assert [json.loads(line)["level"] for line in done.stderr.splitlines()] == told


def test_configuration_keeps_the_loggers_that_exist() -> None:
    """Loggers that a library made before are not switched off."""
    assert log_config("info")["disable_existing_loggers"] is False
