"""`scangate report`, as a process."""

import json
from pathlib import Path

from tests.jobs.replay.again import BAD
from tests.processes import run
from tests.records import line_with


def test_report(tmp_path: Path) -> None:
    """The report is on standard output, for people and for programs."""
    log = tmp_path / "audit.log"
    log.write_bytes(line_with(BAD))
    done = run("report", log)
    assert (done.returncode, done.stderr) == (0, "")
    assert "  1  denied  shop/Pod/web" in done.stdout.splitlines()
    assert json.loads(run("report", "--output", "json", log).stdout)["requests"]["denied"] == 1


def test_file_that_is_missing(tmp_path: Path) -> None:
    """Exit code 2, and one line that names the file."""
    done = run("report", tmp_path / "none.log")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"scangate: {tmp_path}/none.log: cannot be read: No such file or directory\n"
