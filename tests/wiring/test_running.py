"""The gate in one process, and what becomes of it when the configuration changes."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.policies import eventually
from tests.wiring.gates import change, loaded, write_gate
from webhook.adapters.reload import RETRY_LOOKS
from webhook.desk import Desk
from webhook.gate import Gate
from webhook.repeats import Repeats
from webhook.wiring.loading import Configuration
from webhook.wiring.running import RunningGate


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """A configuration that was read once."""
    return loaded(write_gate(tmp_path))


@pytest.fixture
def running(configuration: Configuration) -> Iterator[RunningGate]:
    """A gate that runs by it."""
    gate = RunningGate(configuration.value())
    configuration.start(gate.follow)
    yield gate
    gate.stop()
    configuration.stop()


def test_everything_is_in_order(running: RunningGate) -> None:
    """A gate that has read its files, and has a token, is ready; one that is draining is not."""
    assert set(running.checks(draining=False)) == {"credentials", "serving"}
    assert set(running.notes()) == {"policy", "table", "token", "server", "tracing"}
    assert not any([*running.checks(draining=False).values(), *running.notes().values()])
    assert running.checks(draining=True)["serving"] == "draining"


def test_no_token_is_to_be_had(tmp_path: Path) -> None:
    """A gate that never had a token is not ready, and says why."""
    config = write_gate(tmp_path)
    config.write_text(config.read_text() + "identity: {tokenFile: token}\n")
    gate = RunningGate(loaded(config).value())
    gate.stop()
    assert f"{tmp_path}/token cannot be read" in str(gate.checks(draining=False)["credentials"])
    assert "cannot be read" in str(gate.notes()["token"])


def judge(desk: Desk) -> Gate:
    """Return the gate that judges what is not known at a desk."""
    assert isinstance(desk.gate, Repeats)
    return desk.gate.gate


def test_desk_is_furnished_anew(running: RunningGate, configuration: Configuration) -> None:
    """What the configuration says is done from then on, and what is remembered stays where the registry does."""
    before = running.desk()
    change(configuration, "reviewTimeout: 7s\nsources: [table]\nregistry: {platforms: [linux/arm64]}\n")
    after = running.desk()
    assert (before.timeout, after.timeout) == (10.0, 7.0)
    assert judge(after).scope.platforms == {"linux/arm64"}
    assert judge(after).memory is judge(before).memory


@pytest.mark.parametrize(
    "more",
    [
        "registry: {hosts: {other.example: 'https://other.example'}}\n",
        "cloud: {endpoint: 'https://api.yandexcloud.kz'}\n",
        "identity: {tokenFile: token}\n",
    ],
)
def test_another_registry_is_another_memory(
    running: RunningGate, configuration: Configuration, tmp_path: Path, more: str
) -> None:
    """What one registry said is not held against the images of another."""
    (tmp_path / "token").write_text("t1.other")
    before = running.desk()
    change(configuration, more)
    assert judge(running.desk()).memory is not judge(before).memory
    assert running.checks(draining=False)["credentials"] is None


def test_identity_that_is_refused_is_not_taken_up(
    running: RunningGate, configuration: Configuration, tmp_path: Path
) -> None:
    """The gate goes on as who it was, is still ready, says so, and tries the new identity again later."""
    before = running.desk()
    change(configuration, "identity: {tokenFile: token}\n")
    assert "the identity that is named now gets no token" in str(configuration.problem)
    assert running.desk() is before
    assert running.checks(draining=False)["credentials"] is None

    (tmp_path / "token").write_text("t1.other")
    for _ in range(RETRY_LOOKS):
        configuration.look()
    assert configuration.problem is None
    assert running.desk() is not before


def test_files_of_before_are_left_alone(running: RunningGate, configuration: Configuration, tmp_path: Path) -> None:
    """A policy that is named no longer is not watched any more; the one that is named instead is."""
    (tmp_path / "other.yaml").write_text((tmp_path / "policy.yaml").read_text())
    old = configuration.value().policy
    configuration.path.write_text(configuration.path.read_text().replace("policy.yaml", "other.yaml"))
    assert eventually(lambda: configuration.value().policy is not old)
    (tmp_path / "other.yaml").write_text((tmp_path / "policy.yaml").read_text().replace("default", "other"))
    assert eventually(lambda: judge(running.desk()).policy().rules[-1].name == "other")
    assert old.changes == 0


def test_what_needs_a_restart_is_said(running: RunningGate, configuration: Configuration) -> None:
    """A change of the server's own settings is shown, and does nothing else; so is one of where spans are sent."""
    text = configuration.path.read_text().replace("threads: 2", "threads: 3")
    configuration.path.write_text(text + "tracing: {endpoint: 'http://a'}\n")
    assert eventually(lambda: all("restart" in str(running.notes()[name]) for name in ("server", "tracing")))


def test_log_level_follows(running: RunningGate, configuration: Configuration) -> None:
    """More or less is logged from then on."""
    level = logging.getLogger().level
    try:
        change(configuration, "logLevel: error\n")
        assert logging.getLogger().level == logging.ERROR
    finally:
        logging.getLogger().setLevel(level)
