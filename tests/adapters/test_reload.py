"""Reloaded: a changed file is taken up while the gate runs."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mounts import Mount, replace
from tests.policies import INTERVAL, critical, eventually, look, policy_text, read_policy
from webhook.adapters.files import load
from webhook.adapters.reload import RESTLESS_LOOKS, Reloaded
from webhook.core.policy import Policy
from webhook.core.policy_file import parse_policy
from webhook.errors import InvalidDocument

LOG = logging.getLogger("tests.reload")


def running() -> list[str]:
    """Return the names of the threads that reload."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("reload")]


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


def test_a_value_that_is_bad_from_the_start_is_an_error(file: Path) -> None:
    """There is no good value that could be kept: the gate must not begin with a guess."""
    file.write_text("", encoding="utf-8")

    with pytest.raises(InvalidDocument, match="policy.yaml"):
        Reloaded("policy", file, read_policy(file), log=LOG)


def test_a_changed_file_is_taken_up(file: Path, policies: Reloaded[Policy]) -> None:
    """No restart is needed for another policy."""
    replace(file, policy_text(7))

    look(policies)

    assert (critical(policies), policies.changes, policies.problem, policies.failures) == (7, 1, None, 0)


def test_a_mounted_configmap_is_taken_up(tmp_path: Path) -> None:
    """The kubelet's swap of a link is a change of the file."""
    mount = Mount(tmp_path / "mounted")
    mount.publish({"policy.yaml": policy_text(0)})
    path = mount.folder / "policy.yaml"
    policies = Reloaded("policy", path, read_policy(path), log=LOG)

    mount.publish({"policy.yaml": policy_text(3)})
    look(policies)

    assert critical(policies) == 3


def test_a_file_is_not_read_while_it_is_written(file: Path, policies: Reloaded[Policy]) -> None:
    """What is cut off in the middle may well be valid, and more lenient than it was meant."""
    file.write_text(policy_text(9)[:-20], encoding="utf-8")
    policies.look()
    file.write_text(policy_text(9), encoding="utf-8")
    policies.look()

    before = critical(policies)
    policies.look()

    assert (before, critical(policies), policies.failures) == (0, 9, 0)


def test_a_file_that_never_rests_is_read_all_the_same(file: Path, policies: Reloaded[Policy]) -> None:
    """A writer in a hurry must not keep the gate on an old policy for ever."""
    for number in range(RESTLESS_LOOKS + 1):
        replace(file, policy_text(number))
        policies.look()

    assert critical(policies) == RESTLESS_LOOKS


def test_what_changed_while_it_was_read_is_read_again(file: Path) -> None:
    """A folder could be read half before and half after a swap; such a mixture is thrown away."""
    swaps = iter([policy_text(5)])

    def read(current: Policy | None) -> Policy:
        policy = parse_policy(load(file))
        if current is not None:
            for text in swaps:
                replace(file, text)
        return policy

    policies = Reloaded("policy", file, read, log=LOG)
    replace(file, policy_text(4))

    look(policies)
    first = critical(policies)
    look(policies)

    assert (first, critical(policies), policies.changes) == (0, 5, 1)


def test_the_reader_is_given_the_value_so_far(file: Path) -> None:
    """Whether an empty table is a mistake depends on what was there before."""
    given: list[int | None] = []

    def read(current: int | None) -> int:
        given.append(current)
        return len(given)

    reloaded = Reloaded("policy", file, read, log=LOG)
    replace(file, policy_text(1))
    for _ in range(2):
        reloaded.look()

    assert given == [None, 1]


def test_nothing_runs_before_the_start_and_after_the_stop(policies: Reloaded[Policy]) -> None:
    """A thread that was there before the fork would be missing after it."""
    assert not running()
    policies.start(interval=INTERVAL)
    assert running() == ["reload policy"]
    policies.stop()
    assert not running()


def test_a_late_process_begins_with_what_the_file_says_now(file: Path, policies: Reloaded[Policy]) -> None:
    """A worker that replaces a dead one inherits the value of days ago, and must not judge by it."""
    replace(file, policy_text(6))

    policies.start(interval=INTERVAL)

    assert critical(policies) == 6


def test_a_change_is_taken_up_by_the_thread(file: Path, policies: Reloaded[Policy]) -> None:
    """Nobody has to look."""
    policies.start(interval=INTERVAL)
    replace(file, policy_text(8))

    assert eventually(lambda: critical(policies) == 8)
