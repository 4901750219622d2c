"""Each mistake in a file of the gate is told at the start: which file, which field, which value, what is right."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.builders import DIGEST
from tests.certificates import Authority
from tests.gates import Setup
from webhook.core.environment import parse_environment
from webhook.errors import InvalidDocument
from webhook.wiring.loading import load_gate
from webhook.wiring.serve import serving_certificate

NOWHERE = "https://registry.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a certificate in it."""
    Authority().issue().write(tmp_path)
    return tmp_path


def complaint(config: Path, **variables: str) -> str:
    """Return why a gate with that configuration does not start."""
    with pytest.raises(InvalidDocument) as caught:
        serving_certificate(load_gate(config, parse_environment({"YC_TOKEN": "t1.example"} | variables)).value())
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
        pytest.param({"registry": "http://x"}, ["cloud.endpoint", "https://", "http://x"], id="plain http"),
        pytest.param({"settings": {"identity": {"key": "x"}}}, ["identity.key", "'keyFile'"], id="misspelt identity"),
    ],
)
def test_setting_that_is_wrong(folder: Path, setup: dict[str, Any], said: list[str]) -> None:
    """A wrong setting is refused with the file, the field, the value and what would be right."""
    config = Setup(**{"registry": NOWHERE, **setup}).write(folder)
    if setup.get("registry"):
        config.write_text(config.read_text().replace("allowHttp: true", "allowHttp: false"))
    line = complaint(config)
    assert re.match(rf"{config}(:\d+)?: ", line)
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
    assert re.match(rf"{folder}/policy.yaml:\d+: ", line)
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


def test_authorities_that_are_missing(folder: Path) -> None:
    """A bundle of authorities that cannot be read is told of at the start, and not by every call."""
    line = complaint(Setup(registry=NOWHERE, settings={"cloud": {"caFile": "ca.crt"}}).write(folder))
    assert line == f"{folder}/ca.crt: cannot be read: No such file or directory"


KEY = {"id": "ajekey", "service_account_id": "aje1", "private_key": "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n"}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (KEY | {"user_account_id": "ajeuser"}, ["user_account_id", "a user account", "yc iam key create"]),
        ({"id": "ajekey", "service_account_id": "aje1"}, ["private_key", "is required", "yc iam key create"]),
        (KEY | {"private_key": "secret"}, ["private_key", "BEGIN PRIVATE KEY"]),
        (KEY, ["private_key", "cannot be read as a key"]),
        (KEY | {"service_account_id": "../x"}, ["service_account_id", "1 to 50 of a-z and 0-9"]),
        ("secret", ["must be the key file of a service account"]),
    ],
)
def test_key_that_is_wrong(folder: Path, key: object, said: list[str]) -> None:
    """So is a wrong key file, wherever it is named, and nothing of a key is shown."""
    (folder / "key.json").write_text(json.dumps(key))
    config = Setup(registry=NOWHERE, settings={"identity": {"keyFile": "key.json"}}).write(folder)
    line = complaint(config)
    assert line.startswith(f"{folder}/key.json: ")
    assert [words for words in said if words not in line] == []
    assert "c2VjcmV0" not in line

    config = Setup(registry=NOWHERE).write(folder)
    assert line == complaint(config, YC_TOKEN="", YC_SERVICE_ACCOUNT_KEY_FILE=str(folder / "key.json"))


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"YC_TOKEN": ""}, ["gate.yaml: identity: is required", "keyFile", "YC_SERVICE_ACCOUNT_KEY_FILE"]),
        ({"YC_SERVICE_ACCOUNT_KEY_FILE": "key.json"}, ["YC_SERVICE_ACCOUNT_KEY_FILE and YC_TOKEN are both set"]),
        ({"YC_TOKEN": "y0_an-oauth-token"}, ["YC_TOKEN: holds an OAuth token", "yc iam create-token"]),
        ({"YC_TOKEN": "a b"}, ["YC_TOKEN: must hold one IAM token"]),
        ({"YC_ENDPOINT": "http://api.example"}, ["YC_ENDPOINT: must start with https://"]),
        ({"YC_ENDPOINT": "a b"}, ["YC_ENDPOINT: must be a URL"]),
        ({"YC_METADATA_ADDR": "a/../b c"}, ["YC_METADATA_ADDR: must be a URL"]),
        ({"HTTPS_PROXY": "user:secret@"}, ["HTTPS_PROXY: must be the URL of a proxy"]),
    ],
)
def test_environment_that_is_wrong(folder: Path, variables: dict[str, str], said: list[str]) -> None:
    """A wrong variable is named, and what it holds is shown only where that is no secret."""
    config = Setup(registry=NOWHERE, settings={"cloud": {"endpoint": NOWHERE}}).write(folder)
    line = complaint(config, **variables)
    assert [words for words in said if words not in line] == []
    assert "secret" not in line
    assert "oauth-token" not in line
