"""The verification, run again and again: what becomes of how it ends and of what it says."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import eventually
from webhook.adapters.self_check import AGAIN_SECONDS, UNKNOWN, SelfCheck, Verification

VERIFICATION = """
import pathlib, sys
answers = pathlib.Path("answers").read_text().splitlines()
pathlib.Path("answers").write_text("\\n".join(answers[1:] or answers))
code, _, text = answers[0].partition(" ")
print(text, file=sys.stdout if code in "01" else sys.stderr)
raise SystemExit(int(code))
"""
"""Ends and says what the first line of a file says, the last one again and again."""


@contextmanager
def checking(folder: Path, *answers: str) -> Iterator[SelfCheck]:
    """Check by verifications that end with *answers*, one after the other."""
    (folder / "answers").write_text("\n".join(answers))
    verification = Verification([sys.executable, "-c", VERIFICATION], {}, folder)
    check = SelfCheck(verification, interval=0.01, log=logging.getLogger("self-check"))
    check.start()
    try:
        yield check
    finally:
        check.stop()


@pytest.fixture
def warnings(caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    """Return what was warned of so far."""
    caplog.set_level(logging.INFO, "self-check")
    return lambda: [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def test_all_is_well(tmp_path: Path, warnings: Callable[[], list[str]]) -> None:
    """Until there is an answer nothing is known; then there is no problem, and no warning."""
    with checking(tmp_path, "0 as expected") as check:
        assert check.problem in (UNKNOWN, None)
        eventually(lambda: check.problem is None)
    assert warnings() == []


def test_bypass(tmp_path: Path, warnings: Callable[[], list[str]]) -> None:
    """The log has what was found, at each look again; what anybody may see says only that there is something."""
    with checking(tmp_path, "1 bypass: failurePolicy is Ignore") as check:
        eventually(lambda: len(warnings()) >= 2)
        assert set(warnings()) == {"self-check: bypass: failurePolicy is Ignore"}
        assert "requests may pass" in str(check.problem)
        assert "failurePolicy" not in str(check.problem)


def test_one_doubt_is_not_told(tmp_path: Path, warnings: Callable[[], list[str]]) -> None:
    """An upgrade brings the new configuration before the file with what is expected: a second look decides."""
    with checking(tmp_path, "0 fine", "1 bypass: it", "0 fine", "2 no answer", "0 good again") as check:
        eventually(lambda: (tmp_path / "answers").read_text() == "0 good again")
        eventually(lambda: check.problem is None)
    assert warnings() == []


def test_the_second_look_is_not_put_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """However long the interval is, it comes after a minute and a half."""
    check = SelfCheck(Verification([], {}, tmp_path), interval=3600, log=logging.getLogger("self-check"))
    caplog.set_level(logging.INFO, "self-check")
    assert [check.take_up(1, "bypass: it"), check.take_up(1, "bypass: it")] == [AGAIN_SECONDS, 3600]


def test_no_answer(tmp_path: Path, warnings: Callable[[], list[str]]) -> None:
    """Not to know is not to be well: the log says why, and a later answer is taken up."""
    with checking(tmp_path, "2 forbidden", "2 forbidden", "0 as expected") as check:
        eventually(lambda: warnings() == ["self-check: forbidden"])
        eventually(lambda: check.problem is None)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["/no/such/program"], "could not be started: No such file or directory"),
        ([sys.executable, "-c", "import time; time.sleep(60)"], "no answer in 0.1 seconds"),
    ],
)
def test_verification_that_does_not_run(
    tmp_path: Path, warnings: Callable[[], list[str]], command: list[str], said: str
) -> None:
    """It is told as well."""
    verification = Verification(command, {}, tmp_path, patience=0.1)
    check = SelfCheck(verification, interval=0.01, log=logging.getLogger("self-check"))
    check.start()
    eventually(lambda: warnings()[:1] == [f"self-check: {said}"])
    check.stop()
    assert str(check.problem).startswith("not known")


def test_strangers_text_is_made_safe(tmp_path: Path, warnings: Callable[[], list[str]]) -> None:
    """Names in a webhook configuration are somebody else's: they cannot write lines or colours into the log."""
    with checking(tmp_path, "1 bypass: \x1b[31mred"):
        eventually(lambda: bool(warnings()))
    assert "\x1b" not in warnings()[0]
