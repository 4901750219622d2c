"""Each mistake in a file of the gate is told at the start: which file, which field, which value, what is right."""

from pathlib import Path
from typing import Any

import pytest

from tests.builders import DIGEST
from tests.certificates import Authority
from tests.gates import Setup
from webhook.adapters.iam import Secret
from webhook.errors import InvalidDocument
from webhook.wiring.serve import load_gate

NOWHERE = "https://registry.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a certificate in it."""
    Authority().issue().write(tmp_path)
    return tmp_path


def complaint(config: Path) -> str:
    """Return why a gate with that configuration does not start."""
    with pytest.raises(InvalidDocument) as caught:
        load_gate(config, Secret("t1.example"))
    return str(caught.value)


@pytest.mark.parametrize(
    ("setup", "said"),
    [
        pytest.param({"server": {"port": 70000}}, ["server.port", "from 0 to 65535", "70000"], id="port"),
        pytest.param({"server": {"threads": -1}}, ["server.threads", "-1"], id="negative threads"),
        pytest.param({"server": {"drain": "soon"}}, ["server.drain", "a duration", "'soon'"], id="drain"),
        pytest.param({"server": {"drian": "1s"}}, ["server.drian", "unknown field", "'drain'"], id="misspelt"),
        pytest.param({"server": {"tls": {"certFile": "x"}}}, ["server.tls.keyFile", "is required"], id="no key"),
        pytest.param({"settings": {"kind": "Gate"}}, ["kind", "'Gate'"], id="kind"),
        pytest.param({"settings": {"logLevel": "loud"}}, ["logLevel", "'loud'"], id="log level"),
        pytest.param({"settings": {"sources": ["guess"]}}, ["sources[0]", "annotation, ", "'guess'"], id="source"),
        pytest.param({"registry": "http://x"}, ["registry.endpoint", "https://", "http://x"], id="plain http"),
    ],
)
def test_setting_that_is_wrong(folder: Path, setup: dict[str, Any], said: list[str]) -> None:
    """A wrong setting is refused with the file, the field, the value and what would be right."""
    config = Setup(**{"registry": NOWHERE, **setup}).write(folder)
    if setup.get("registry"):
        config.write_text(config.read_text().replace("allowHttp: true", "allowHttp: false"))
    line = complaint(config)
    assert line.startswith(f"{config}: ")
    assert [words for words in said if words not in line] == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"limits": {"critical": -1}}, ["rules[0].limits.critical", "a whole number from 0, or 'unlimited'", "-1"]),
        ({"limits": {"critcal": 1}}, ["rules[0].limits.critcal", "did you mean 'critical'"]),
        ({"mode": "lenient"}, ["rules[0].mode", "enforce, warn", "'lenient'"]),
        ({"maxScanAge": "a month"}, ["rules[0].maxScanAge", "'a month'"]),
    ],
)
def test_policy_that_is_wrong(folder: Path, rule: dict[str, Any], said: list[str]) -> None:
    """So is a wrong policy."""
    line = complaint(Setup(registry=NOWHERE, rule=rule).write(folder))
    assert line.startswith(f"{folder}/policy.yaml: ")
    assert [words for words in said if words not in line] == []


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"sha256:short": "che1"}, "sha256:short"),
        ({DIGEST: "../x"}, "'../x'"),
        ({DIGEST: {"scan": "x"}}, "scanResultId"),
    ],
)
def test_table_that_is_wrong(folder: Path, table: dict[str, Any], said: str) -> None:
    """So is a wrong lookup table."""
    line = complaint(Setup(registry=NOWHERE, table=table).write(folder))
    assert line.startswith(f"{folder}/table.yaml: ")
    assert said in line


@pytest.mark.parametrize("name", ["policy.yaml", "tls.crt", "tls.key"])
def test_file_that_is_missing(folder: Path, name: str) -> None:
    """Every file that the configuration names must be there."""
    config = Setup(registry=NOWHERE).write(folder)
    (folder / name).unlink()
    line = complaint(config)
    assert f"{folder}/{name}" in line
    assert "No such file" in line
