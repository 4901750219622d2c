"""Following: the process that forks the others keeps up with them, quietly and without their work."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lookup_tables import digest, hint, write
from tests.mounts import replace
from tests.policies import critical, look, policy_text, read_policy
from webhook.adapters.reload import Reloaded
from webhook.adapters.tables import TableReader
from webhook.adapters.workshop import Workshop
from webhook.core.policy import Policy
from webhook.core.table import Table
from webhook.errors import InvalidDocument

LOG = logging.getLogger("tests.follow")


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


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Give a workshop in a folder of its own."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Workshop(scratch)


def follow(policies: Reloaded[Policy], times: int = 2) -> None:
    """Follow as often as a file needs that has come to rest."""
    for _ in range(times):
        policies.follow()


def test_a_change_is_followed_without_a_word(
    file: Path, policies: Reloaded[Policy], caplog: pytest.LogCaptureFixture
) -> None:
    """Those who look tell of it; the same line from one process more would be noise."""
    replace(file, policy_text(3))

    policies.follow()
    first = critical(policies)
    policies.follow()

    assert (first, critical(policies), caplog.records) == (0, 3, [])


def test_a_bad_file_is_tried_until_it_is_mended(file: Path, policies: Reloaded[Policy]) -> None:
    """The last good value of the parent is that of its children, so that a late child has it too."""
    replace(file, policy_text(3))
    follow(policies)
    replace(file, "rules: [")
    follow(policies)
    kept = critical(policies)
    replace(file, policy_text(4))
    follow(policies)

    assert (kept, critical(policies), policies.problem, policies.failures) == (3, 4, None, 0)


def test_what_was_followed_is_not_read_again(
    file: Path, policies: Reloaded[Policy], caplog: pytest.LogCaptureFixture
) -> None:
    """A child that is forked then has nothing to do."""
    replace(file, policy_text(3))
    follow(policies)
    look(policies)

    assert (policies.changes, caplog.records) == (0, [])


def test_what_changed_while_it_was_followed_is_followed_again(file: Path) -> None:
    """As when looking, a mixture is thrown away."""
    swaps = iter([policy_text(5)])
    read = read_policy(file)

    def disturbed(current: Policy | None) -> Policy:
        policy = read(current)
        if current is not None:
            for text in swaps:
                replace(file, text)
        return policy

    policies = Reloaded("policy", file, disturbed, log=LOG)
    replace(file, policy_text(4))
    follow(policies)
    first = critical(policies)
    follow(policies)

    assert (first, critical(policies)) == (0, 5)


def test_a_large_table_is_followed_when_another_process_has_compiled_it(tmp_path: Path, workshop: Workshop) -> None:
    """The parent lets go of the old one then, and never compiles: it has to look after the others."""
    path = write(tmp_path / "table.json", range(5000))
    reader = TableReader(workshop)
    tables = Reloaded("table", path, lambda current: reader.read(path, current), log=LOG)

    def follow_table(current: Table | None) -> Table:
        return reader.follow(path, current)

    write(path, range(5000), version="b")
    for _ in range(3):
        tables.follow(follow_table)
    before = (tables.value().hint(digest(7)), workshop.compilations)
    workshop.compiled(path)
    tables.follow(follow_table)

    assert before == (hint(7), 1)
    assert tables.value().hint(digest(7)) == hint(7, "b")


def test_a_small_table_is_followed_at_once(tmp_path: Path, workshop: Workshop) -> None:
    """It costs next to nothing."""
    path = write(tmp_path / "table.json", range(10))

    assert TableReader(workshop).follow(path, None).hint(digest(7)) == hint(7)


def test_what_nobody_has_compiled_does_not_exist(tmp_path: Path, workshop: Workshop) -> None:
    """Nor does what somebody else may have slipped in."""
    path = write(tmp_path / "table.json", range(10))
    with pytest.raises(InvalidDocument, match="is not compiled yet"):
        workshop.existing(path)
    workshop.compiled(path)
    assert len(workshop.existing(path)) == 10

    next((tmp_path / "scratch").iterdir()).chmod(0o777)

    with pytest.raises(InvalidDocument, match="only the gate's user may open"):
        workshop.existing(path)
