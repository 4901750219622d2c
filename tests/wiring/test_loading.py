"""What is read from files, and again when they change."""

from pathlib import Path

import pytest

from tests.mounts import replace
from tests.wiring.gates import CONFIG, POLICY, change, loaded, write_gate
from webhook.core.identity import FixedToken, TokenFile
from webhook.wiring.cloud import same_cloud
from webhook.wiring.loading import Configuration, follow


@pytest.fixture
def configuration(tmp_path: Path) -> Configuration:
    """A configuration that was read once."""
    return loaded(write_gate(tmp_path))


def test_paths_start_at_the_configuration(tmp_path: Path) -> None:
    """A relative path is relative to the file that says it, not to wherever the gate was started."""
    config = write_gate(tmp_path)
    (tmp_path / "table.yaml").write_text(f"sha256:{'1' * 64}: che1\n")
    config.write_text(CONFIG + "table: table.yaml\nidentity: {tokenFile: token}\n")

    found = loaded(config).value()

    assert found.identity == TokenFile(str(tmp_path / "token"))
    assert found.table is not None
    assert len(found.table.value().hints) == 1


def test_configuration_goes_before_the_environment(configuration: Configuration) -> None:
    """The environment's identity counts only where the configuration names none."""
    assert isinstance(configuration.value().identity, FixedToken)
    change(configuration, "identity: {tokenFile: token}\n")
    assert isinstance(configuration.value().identity, TokenFile)


def test_files_that_are_named_still_are_kept(configuration: Configuration, tmp_path: Path) -> None:
    """A change elsewhere in the configuration leaves policy and table as they are, with what they remember."""
    (tmp_path / "tables").mkdir()
    change(configuration, "table: tables\n")
    before = configuration.value()
    change(configuration, "table: tables\nlogLevel: debug\n")
    after = configuration.value()

    assert after.settings.log_level == "debug"
    assert (after.policy, after.table) == (before.policy, before.table)


def test_files_that_are_named_anew_are_read(configuration: Configuration, tmp_path: Path) -> None:
    """Another policy file, and a table where there was none, are read when the configuration names them."""
    (tmp_path / "other.yaml").write_text(POLICY.replace("default", "other"))
    (tmp_path / "table.yaml").write_text(f"sha256:{'1' * 64}: che1\n")
    replace(configuration.path, CONFIG.replace("policy.yaml", "other.yaml") + "table: table.yaml\n")
    configuration.look()
    configuration.look()

    found = configuration.value()

    assert found.policy.value().rules[-1].name == "other"
    assert found.table is not None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("logLevel: loud\n", "logLevel: must be one of"),
        ("table: missing.yaml\n", "missing.yaml: cannot be read"),
        ("identity: {keyFile: missing.json}\n", "missing.json: cannot be read"),
        ("identity: {keyFile: a, tokenFile: b}\n", "identity: names keyFile and tokenFile; keep one of them"),
        ("cloud: {caFile: missing.crt}\n", "missing.crt: cannot be read"),
        ("cloud: {endpoint: 'http://x'}\n", "cloud.endpoint: must start with https://"),
    ],
)
def test_a_change_that_is_wrong_is_kept_out(configuration: Configuration, more: str, said: str) -> None:
    """The last good configuration stays in force, and what is wrong with the new one is shown."""
    before = configuration.value()
    change(configuration, more)
    assert configuration.value() is before
    assert configuration.problem is not None
    assert said in configuration.problem

    change(configuration, "")
    assert configuration.problem is None


def test_authorities_that_are_replaced(configuration: Configuration, tmp_path: Path) -> None:
    """A bundle of authorities is read again when it changes, though the configuration did not."""
    (tmp_path / "ca.crt").write_bytes((tmp_path / "tls.crt").read_bytes())
    change(configuration, "cloud: {caFile: ca.crt}\n")
    before = configuration.value()
    write_gate(tmp_path)
    configuration.path.write_text(CONFIG + "cloud: {caFile: ca.crt}\n")
    replace(tmp_path / "ca.crt", (tmp_path / "tls.crt").read_text())
    for _ in range(3):
        configuration.look()

    assert configuration.value().authorities not in (None, before.authorities)
    assert not same_cloud(configuration.value(), before)


def test_the_process_that_forks_the_others_follows(configuration: Configuration, tmp_path: Path) -> None:
    """Configuration, policy and table that it begins with are those of now; what is wrong is left to the others."""
    (tmp_path / "table.yaml").write_text(f"sha256:{'1' * 64}: che1\n")
    replace(configuration.path, CONFIG + "table: table.yaml\n")
    replace(tmp_path / "policy.yaml", POLICY.replace("default", "other"))
    follow(configuration)
    follow(configuration)
    follow(configuration)
    found = configuration.value()
    assert found.policy.value().rules[-1].name == "other"
    assert found.table is not None

    replace(tmp_path / "table.yaml", f"sha256:{'1' * 64}: che1\nsha256:{'2' * 64}: che2\n")
    replace(tmp_path / "policy.yaml", "nonsense")
    follow(configuration)
    follow(configuration)
    assert len(found.table.value().hints) == 2
    assert found.policy.value().rules[-1].name == "other"


def test_what_is_odd_about_a_policy_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each time a policy is read, a rule that can never match is named in the log."""
    config = write_gate(tmp_path)
    (tmp_path / "policy.yaml").write_text(POLICY.replace("}]", "}, {name: late}]"))

    loaded(config)

    assert "rule late can never match: rule default, before it, matches everything" in caplog.text
