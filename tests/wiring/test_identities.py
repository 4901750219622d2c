"""The ways to an IAM token, as configuration and environment name them."""

import json
from pathlib import Path

import pytest

from tests.emulator.keys import Key
from tests.wiring.gates import CONFIG, loaded, write_gate
from webhook.core.identity import (
    METADATA_ENDPOINT,
    Federation,
    FixedToken,
    Identity,
    KeyFile,
    KeyText,
    Metadata,
    TokenFile,
)
from webhook.core.secret import Secret
from webhook.wiring.identities import files

KEY = json.dumps({"id": "ajekey", "service_account_id": "aje1", "private_key": Key.generate().private_pem})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a gate's files and a key."""
    write_gate(tmp_path)
    (tmp_path / "key.json").write_text(KEY)
    return tmp_path


def resolved(folder: Path, section: str, **variables: str) -> Identity:
    """Return the identity of a gate with that section, in that environment."""
    (folder / "gate.yaml").write_text(CONFIG + section)
    return loaded(folder / "gate.yaml", **variables).value().identity


@pytest.mark.parametrize(
    ("section", "name", "watched"),
    [
        ("identity: {keyFile: key.json}\n", "key.json", True),
        ("identity: {tokenFile: token}\n", "token", True),
        ("identity: {federation: {serviceAccountId: aje1, tokenFile: pod}}\n", "pod", False),
    ],
)
def test_paths_start_at_the_configuration(folder: Path, section: str, name: str, watched: bool) -> None:
    """A file is looked for beside the configuration, and watched where a change of it is another identity."""
    identity = resolved(folder, section)
    match identity:
        case KeyFile(path) | TokenFile(path) | Federation(token_file=path):
            assert path == str(folder / name)
        case _:
            pytest.fail(f"{identity} has no file")
    assert files(identity) == ((folder / name,) if watched else ())


@pytest.mark.parametrize(
    ("section", "variables", "endpoint"),
    [
        ("identity: {metadata: {}}\n", {}, METADATA_ENDPOINT),
        ("identity: {metadata: {}}\n", {"YC_METADATA_ADDR": "127.0.0.1:80"}, "http://127.0.0.1:80"),
        ("identity: {metadata: {endpoint: 'http://a'}}\n", {"YC_METADATA_ADDR": "b"}, "http://a"),
        ("", {"YC_METADATA_ADDR": "127.0.0.1:80", "YC_TOKEN": ""}, "http://127.0.0.1:80"),
    ],
)
def test_metadata_service(folder: Path, section: str, variables: dict[str, str], endpoint: str) -> None:
    """The configuration goes before the environment, and that before the address that every machine has."""
    identity = resolved(folder, section, **variables)
    assert identity == Metadata(endpoint)
    assert files(identity) == ()


def test_identities_of_the_environment(folder: Path) -> None:
    """A key may stand in a file or in the variable itself; a token goes without saying."""
    key = {"YC_TOKEN": ""}
    file = str(folder / "key.json")
    assert resolved(folder, "", **key, YC_SERVICE_ACCOUNT_KEY_FILE=file) == KeyFile(file)
    assert resolved(folder, "", **key, YC_SERVICE_ACCOUNT_KEY_FILE=KEY) == KeyText(Secret(KEY))
    assert resolved(folder, "") == FixedToken(Secret("t1.example"))
    assert files(KeyText(Secret(KEY))) == files(FixedToken(Secret("t1.x"))) == ()
