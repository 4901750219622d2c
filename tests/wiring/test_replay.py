"""`scangate replay`, as a process."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest

from tests.jobs.replay.again import BAD
from tests.long_logs import write_policy
from tests.processes import run
from tests.records import line_for, line_with
from webhook.core.reasons import Reason

LOG = line_with(BAD, namespace="shop-1") + b"[pod/gate-1/gate] " + line_for(Reason.WITHIN_LIMITS) + b"something else\n"


def replay(folder: Path, *options: str, log: bytes = LOG) -> "subprocess.CompletedProcess[str]":
    """Run the command on a log."""
    (folder / "audit.log").write_bytes(log)
    return run("replay", "--policy", write_policy(folder), *options, folder / "audit.log")


def test_changes_are_shown(tmp_path: Path) -> None:
    """The report is on standard output, and a change is no error unless that is asked for."""
    done = replay(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "denied -> allowed" in done.stdout
    assert "  something else  1" in done.stdout
    assert replay(tmp_path, "--fail-on-change").returncode == 1
    assert replay(tmp_path, "--fail-on-change", log=line_for(Reason.STALE)).returncode == 0


def test_json(tmp_path: Path) -> None:
    """One document, whatever is in the log."""
    done = replay(tmp_path, "--output", "json", log=gzip.compress(LOG + b'{"kind":"AdmissionRecord"'))
    document = json.loads(done.stdout)
    assert (done.returncode, document["changed"], document["log"]["unreadable"]) == (0, 1, 1)


@pytest.mark.parametrize(("options", "judged"), [(("--since", "2026-11-24T12:00:00Z"), 2), (("--until", "876000h"), 0)])
def test_span(tmp_path: Path, options: tuple[str, ...], judged: int) -> None:
    """Only records within the span are judged."""
    assert json.loads(replay(tmp_path, "--output", "json", *options).stdout)["judged"] == judged


def test_folder_with_a_policy(tmp_path: Path) -> None:
    """A policy may lie in several files, as for the gate."""
    folder = tmp_path / "policy"
    folder.mkdir()
    write_policy(folder)
    (tmp_path / "audit.log").write_bytes(LOG)
    assert run("replay", "--policy", folder, tmp_path / "audit.log").returncode == 0


@pytest.mark.parametrize("wrong", ["policy", "log"])
def test_file_that_is_missing(tmp_path: Path, wrong: str) -> None:
    """Exit code 2, and one line that names the file."""
    policy = tmp_path / "none.yaml" if wrong == "policy" else write_policy(tmp_path)
    done = run("replay", "--policy", policy, tmp_path / "none.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"scangate: {tmp_path}/none.yaml: cannot be read: No such file or directory\n"
