"""docs/evidence.md: each question is answered by its command, from the log of a real gate."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jq
import pytest
from click.testing import CliRunner

from tests.documents import ROOT, blocks, text
from webhook.cli import commands

COMMANDS = [shlex.split(line) for block in blocks(text("docs/evidence.md"), "sh") for line in block.splitlines()]

FOUND: Mapping[str, str] = {
    "select(.decision": "",
    "select(.allowed)": "",
    ".images[]": "chekj4ni0dhr1vdqp9rl",
    "select(.policy)": "sha256:",
}
"""What each filter finds in the log of the demonstration, which enforces: nobody got past it."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples, and with the log of a gate that has judged them."""
    made = tmp_path_factory.mktemp("evidence")
    arguments = ["demo", "--once", "--examples", str(ROOT / "examples"), "--port", "0", "--probe-port", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "webhook", *arguments, "--registry-port", "0"],
        cwd=made,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    lines = [line for line in done.stdout.splitlines() if '"kind":"AdmissionRecord"' in line]
    (made / "audit.log").write_text("\n".join(lines) + "\n")
    (made / "examples").symlink_to(ROOT / "examples")
    return made


def records(folder: Path) -> list[dict[str, Any]]:
    """Return the records of the log."""
    return [json.loads(line) for line in (folder / "audit.log").read_text().splitlines()]


@pytest.mark.parametrize("words", [words for words in COMMANDS if words[0] == "jq"], ids=lambda words: words[2][:20])
def test_filters_answer(folder: Path, words: list[str]) -> None:
    """Each finds what it is to find, and nothing where there is nothing."""
    answers = jq.compile(words[2]).input_values(records(folder)).all()
    (expected,) = [found for beginning, found in FOUND.items() if words[2].startswith(beginning)]

    assert bool(answers) is bool(expected)
    assert not expected or any(expected in answer for answer in answers)


@pytest.mark.parametrize("number", [1, 2])
def test_filters_find_what_was_let_through(folder: Path, number: int) -> None:
    """Had the gate only recorded, the refusals would be in the answers to who was let through."""
    (filter_,) = [words[2] for words in COMMANDS if words[2].startswith(list(FOUND)[number - 1])]
    admitted = [record | {"allowed": True} for record in records(folder)]
    denied = [record for record in admitted if record["decision"] == "deny"]

    assert len(jq.compile(filter_).input_values(admitted).all()) >= len(denied) > 0


@pytest.mark.parametrize("words", [words for words in COMMANDS if words[0] == "scangate"], ids=" ".join)
def test_commands_answer(folder: Path, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports and replays read that log; by the policy that was in force nothing changes."""
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(commands, words[1:])

    assert done.exit_code == 0, done.output
    if "examples/policy.yaml" in words:
        assert CliRunner().invoke(commands, [*words[1:], "--fail-on-change"]).exit_code == 0
