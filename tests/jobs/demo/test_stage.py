"""The working folder."""

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from webhook.adapters.files import load
from webhook.core.settings import parse_settings
from webhook.jobs.demo.stage import TOKEN, Ports, Stage

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Prepare a folder that is not there yet, its name hard to quote."""
    stage = Stage(tmp_path / "examples", tmp_path / "not there" / 'a "folder": {x}')
    stage.prepare(NOW)
    return stage


def test_the_configuration_is_one_that_the_gate_reads(stage: Stage) -> None:
    """The written file holds the ports, the registry and the paths, and every file it names beside it is there."""
    stage.configure("http://127.0.0.1:1234", Ports(1, 2, 3))

    settings = parse_settings(load(stage.configuration))

    assert (settings.server.port, settings.server.probe_port) == (1, 2)
    assert settings.cloud.endpoint == "http://127.0.0.1:1234"
    assert settings.registry.hosts == {"cr.yandex": "http://127.0.0.1:1234"}
    assert settings.policy_file == str(stage.examples / "policy.yaml")
    assert settings.identity.token_file is not None
    assert (stage.folder / settings.identity.token_file).read_text() == TOKEN
    assert (stage.folder / settings.server.tls.cert_file) == stage.authority
    assert (stage.folder / settings.server.tls.key_file).exists()


def test_relative_folders_end_up_absolute(tmp_path: Path) -> None:
    """Paths in a configuration start at its own folder, so the examples' are written out in full."""
    stage = Stage(Path("examples"), tmp_path)
    stage.configure("http://127.0.0.1:1", Ports())

    assert Path(parse_settings(load(stage.configuration)).policy_file).is_absolute()


@pytest.mark.parametrize("name", ["tls.key", "token"])
def test_secrets_are_for_their_owner_alone(stage: Stage, name: str) -> None:
    """Key and token can be read by nobody else, also where they were written before."""
    (stage.folder / name).chmod(0o644)

    stage.prepare(NOW)

    assert stat.S_IMODE((stage.folder / name).stat().st_mode) == 0o600


def test_each_question_has_its_file(stage: Stage) -> None:
    """The review of an example lies in the folder under the example's name."""
    assert stage.question("clean") == stage.folder / "clean.json"
