"""Logs, as commands read them: of any length, in the same memory."""

import gzip
import io
from pathlib import Path

import pytest

from tests.long_logs import measure, write, write_policy
from tests.records import line_for
from webhook.core.progress import Progress
from webhook.core.reasons import Reason
from webhook.wiring.logs import PROGRESS_LINES, Form, Logs

MAX_GROWTH = 1.15
"""How much more memory ten times as many lines may take: what chance makes of allocators, and full tables."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A log, and one that is ten times as long."""
    folder = tmp_path_factory.mktemp("logs")
    short, long = folder / "short.log", folder / "long.log"
    write(short, 20_000)
    write(long, 200_000)
    return short, long


@pytest.mark.parametrize("command", ["replay", "report"])
def test_memory_does_not_grow_with_the_log(command: str, logs: tuple[Path, Path], tmp_path: Path) -> None:
    """Ten times as many lines, of more names than are counted each, take the same memory."""
    policy = write_policy(tmp_path)
    short, long = (measure(command, policy, log) for log in logs)
    assert long.peak < short.peak * MAX_GROWTH


def test_progress_is_told_on_the_way(tmp_path: Path) -> None:
    """It counts lines, and bytes as they lie on the disk; at the end it is said that it is over."""
    file = tmp_path / "audit.log.gz"
    file.write_bytes(gzip.compress(line_for(Reason.STALE) * (2 * PROGRESS_LINES + 1)))
    told: list[Progress | None] = []
    logs = Logs(files=[file], stdin=io.BytesIO(), progress=told.append)
    assert sum(1 for _ in logs.lines()) == 2 * PROGRESS_LINES + 1
    first, second, last = told
    assert (first and first.lines, second and second.lines, last) == (PROGRESS_LINES, 2 * PROGRESS_LINES, None)
    assert first
    assert 0 < first.done <= file.stat().st_size == first.total


def test_without_files_it_is_standard_input() -> None:
    """As for every filter."""
    logs = Logs(files=(), stdin=io.BytesIO(line_for(Reason.STALE)))
    assert [line.content for line in logs.lines()] == [line_for(Reason.STALE)]


@pytest.mark.parametrize(("json", "said"), [(False, ["a", "b"]), (True, ['{\n  "a": 1\n}'])])
def test_forms(json: bool, said: list[str]) -> None:
    """Lines for people, or one document for programs."""
    given: list[str] = []
    Form(json=json, top=1, say=given.append).give(lambda: ["a", "b"], lambda: {"a": 1})
    assert given == said
