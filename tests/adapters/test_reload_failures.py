"""Reloaded on a bad day: a file that cannot be read never replaces what could, and is loud."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.mounts import replace
from tests.policies import INTERVAL, critical, eventually, look, policy_text, read_policy
from webhook.adapters.reload import RETRY_LOOKS, Reloaded
from webhook.core.policy import Policy

LOG = logging.getLogger("tests.reload")

FORKING = """
import logging, os, pathlib, sys
from tests.mounts import replace
from tests.policies import critical, policy_text, read_policy
from webhook.adapters.reload import Reloaded
file = pathlib.Path(sys.argv[1])
policies = Reloaded("policy", file, read_policy(file), log=logging.getLogger())
replace(file, policy_text(5))
child = os.fork()
policies.start() if child == 0 else os.waitpid(child, 0)
os.write(1, f"{'child' if child == 0 else 'parent'} {critical(policies)} ".encode())
os._exit(0)
"""
RELOADS = 100


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a policy file that lets nothing pass."""
    path = tmp_path / "policy.yaml"
    path.write_text(policy_text(0), encoding="utf-8")
    return path


@pytest.fixture
def policies(file: Path) -> Iterator[Reloaded[Policy]]:
    """Give the policy of that file, read once."""
    reloaded = Reloaded("policy", file, read_policy(file), log=LOG)
    yield reloaded
    reloaded.stop()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda file: replace(file, policy_text(-1)), id="a wrong value"),
        pytest.param(lambda file: replace(file, "rules: ["), id="no YAML"),
        pytest.param(lambda file: replace(file, ""), id="empty"),
        pytest.param(lambda file: file.unlink(), id="gone"),
        pytest.param(lambda file: (file.unlink(), file.mkdir()), id="a folder"),
    ],
)
def test_a_bad_file_keeps_the_last_good_value(
    file: Path, policies: Reloaded[Policy], spoil: Callable[[Path], object], caplog: pytest.LogCaptureFixture
) -> None:
    """The failure shows, is counted, and is logged once for the change, however often the file is looked at."""
    spoil(file)

    look(policies, RETRY_LOOKS // 2)

    assert critical(policies) == 0
    assert (policies.failures, policies.changes) == (1, 0)
    assert str(file) in str(policies.problem)
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_a_mended_file_is_taken_up(file: Path, policies: Reloaded[Policy]) -> None:
    """The problem goes away with its cause; the count stays."""
    replace(file, "rules: [")
    look(policies)
    replace(file, policy_text(2))
    look(policies)

    assert (critical(policies), policies.problem, policies.failures) == (2, None, 1)


def test_another_mistake_is_told_anew(file: Path, policies: Reloaded[Policy], caplog: pytest.LogCaptureFixture) -> None:
    """Whoever tries to mend a file hears of each attempt."""
    for text in ("rules: [", "rules: [["):
        replace(file, text)
        look(policies)

    assert (policies.failures, len(caplog.records)) == (2, 2)


def test_a_failure_without_a_change_is_tried_again_later(
    file: Path, policies: Reloaded[Policy], caplog: pytest.LogCaptureFixture
) -> None:
    """A full disk or a missing permission goes away without a trace on the file; nobody hears of it twice."""
    replace(file, "rules: [")
    look(policies)

    look(policies, RETRY_LOOKS)

    assert (policies.failures, len(caplog.records)) == (2, 1)


def test_a_defect_in_the_reader_keeps_the_value_too(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The thread that looks must not die of what nobody foresaw."""

    def read(current: str | None) -> str:
        if current is not None:
            raise ZeroDivisionError
        return "first"

    reloaded = Reloaded("policy", file, read, log=LOG)
    replace(file, policy_text(1))
    for _ in range(2):
        reloaded.look()

    assert (reloaded.value(), reloaded.failures) == ("first", 1)
    assert "ZeroDivisionError" in str(reloaded.problem)
    assert any(record.exc_info for record in caplog.records)


def test_a_forked_process_reloads_on_its_own(file: Path) -> None:
    """A value made before the fork is kept up to date after it, by a thread of the child."""
    done = subprocess.run([sys.executable, "-c", FORKING, file], capture_output=True, timeout=60, check=True)

    assert done.stdout.decode() == "child 5 parent 0 "


def test_a_hundred_reloads_under_load_never_show_a_mixture(file: Path, policies: Reloaded[Policy]) -> None:
    """Readers see the old policy or the new one, in the order of writing, while each tenth file is invalid."""
    seen: list[list[tuple[object, object]]] = [[] for _ in range(4)]
    stop = threading.Event()

    def judge(limits_seen: list[tuple[object, object]]) -> None:
        while not stop.is_set():
            limits = policies.value().rules[-1].limits
            limits_seen.append((limits.critical, limits.high))
            time.sleep(INTERVAL / 20)

    def answered(changes: int) -> bool:
        return policies.changes + policies.failures == changes

    readers = [threading.Thread(target=judge, args=(limits_seen,), daemon=True) for limits_seen in seen]
    policies.start(interval=INTERVAL)
    for reader in readers:
        reader.start()
    for number in range(1, RELOADS + 1):
        replace(file, policy_text(number) if number % 10 else "rules: [")
        assert eventually(partial(answered, number))
    stop.set()
    for reader in readers:
        reader.join()

    assert (policies.changes, policies.failures, critical(policies)) == (90, 10, RELOADS - 1)
    for limits_seen in seen:
        assert limits_seen
        assert all(critical == high for critical, high in limits_seen)
        assert limits_seen == sorted(limits_seen)
