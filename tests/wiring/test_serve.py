"""The gate, put together from its files."""

import logging
from pathlib import Path

import pytest

from tests.certificates import Authority
from webhook.adapters.iam import Secret
from webhook.adapters.streams import LOGGER
from webhook.core.breaker import State
from webhook.errors import InvalidDocument
from webhook.wiring.serve import applications, checks, load_gate, notes, tell_breaker

CONFIG = """
apiVersion: scangate.dev/v1
kind: GateConfiguration
server:
  tls: {certFile: tls.crt, keyFile: tls.key}
  threads: 2
policyFile: policy.yaml
"""

POLICY = """
apiVersion: scangate.dev/v1
kind: ScanPolicy
rules: [{name: default}]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Write a configuration and everything that it names."""
    Authority().issue().write(tmp_path)
    (tmp_path / "policy.yaml").write_text(POLICY)
    file = tmp_path / "gate.yaml"
    file.write_text(CONFIG)
    return file


def test_everything_is_in_order(config: Path) -> None:
    """A gate that has read its files is ready."""
    loaded = load_gate(config, Secret("t1.example"))
    assert set(checks(loaded, draining=False)) == {"credentials", "serving"}
    assert set(notes(loaded)) == {"policy", "table", "certificate"}
    assert not any([*checks(loaded, draining=False).values(), *notes(loaded).values()])
    assert checks(loaded, draining=True)["serving"] == "draining"


def test_paths_start_at_the_configuration(config: Path) -> None:
    """A relative path is relative to the file that says it, not to wherever the gate was started."""
    token, table = config.parent / "token", config.parent / "table.yaml"
    token.write_text("t1.example\n")
    table.write_text(f"sha256:{'1' * 64}: che1\n")
    config.write_text(CONFIG + "table: table.yaml\nregistry: {iamTokenFile: token}\n")
    loaded = load_gate(config, None)
    assert loaded.tokens.token() == "t1.example"
    token.unlink()
    assert "no IAM token" in str(checks(loaded, draining=False)["credentials"])


def test_no_token_is_an_error_at_the_start(config: Path) -> None:
    """A gate that could never ask does not begin."""
    with pytest.raises(InvalidDocument, match="YC_TOKEN"):
        load_gate(config, None)


def test_both_applications_answer(config: Path) -> None:
    """What is put together is reviews on one side and probes on the other."""
    loaded = load_gate(config, Secret("t1.example"))
    built = applications(loaded, draining=lambda: False)
    loaded.policy.stop()
    assert built.reviews is not built.probes


@pytest.mark.parametrize(("state", "level"), [(State.OPEN, "WARNING"), (State.CLOSED, "INFO")])
def test_a_breaker_is_told_of(state: State, level: str, caplog: pytest.LogCaptureFixture) -> None:
    """The log says when a service stops answering, and when it answers again."""
    with caplog.at_level(logging.INFO, LOGGER):
        tell_breaker("registry.example", state)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (level, f"breaker of registry.example is {state}")
