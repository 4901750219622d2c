"""`scangate serve`: one clear line and exit code 2 for every mistake, and no secret in any of them."""

import socket
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Setup
from tests.processes import TOKEN, run

NOWHERE = "https://registry.example"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a certificate in it."""
    Authority().issue().write(tmp_path)
    return tmp_path


def complaint(config: Path, token: str | None = TOKEN) -> str:
    """Return the one line with which `scangate serve` refuses to start."""
    done = run("serve", "--config", config, environment={} if token is None else {"YC_TOKEN": token})
    assert (done.returncode, done.stdout) == (2, "")
    assert TOKEN not in done.stderr
    [line] = done.stderr.splitlines()
    assert line.startswith("scangate: ")
    return line.removeprefix("scangate: ")


def test_token_is_not_taken_from_the_command_line(tmp_path: Path) -> None:
    """A token in the arguments would stand in every list of processes: it is no option."""
    done = run("serve", "--config", tmp_path / "gate.yaml", "--token", TOKEN)
    assert done.returncode == 2
    assert "No such option" in done.stderr
    assert TOKEN not in done.stderr


def test_configuration_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is named."""
    assert complaint(tmp_path / "gate.yaml") == f"{tmp_path}/gate.yaml: cannot be read: No such file or directory"


def test_configuration_from_the_environment(tmp_path: Path) -> None:
    """An option may stand in the environment instead."""
    done = run("serve", environment={"SCANGATE_SERVE_CONFIG": str(tmp_path / "gate.yaml")})
    assert done.returncode == 2
    assert str(tmp_path / "gate.yaml") in done.stderr


def test_setting_that_is_wrong(folder: Path) -> None:
    """A wrong setting is refused with the file, the field, the value and what would be right."""
    config = Setup(registry=NOWHERE, server={"port": 70000}).write(folder)
    assert complaint(config) == f"{config}:13: server.port: must be a port from 0 to 65535, not 70000"


def test_no_token(folder: Path) -> None:
    """Without a token the gate does not start, and says where it would look for one."""
    line = complaint(Setup(registry=NOWHERE).write(folder), token=None)
    assert "identity: is required: one of keyFile, metadata, federation and tokenFile" in line
    assert "YC_TOKEN" in line


def test_token_that_is_none(folder: Path) -> None:
    """A token that could not stand in a header is refused, and not shown."""
    assert "YC_TOKEN" in complaint(Setup(registry=NOWHERE).write(folder), token=f"{TOKEN} {TOKEN}")


def test_secrets_do_not_show_in_what_is_refused(folder: Path) -> None:
    """A private key or a token in the wrong file is not quoted."""
    config = Setup(registry=NOWHERE).write(folder)
    key = (folder / "tls.key").read_text()
    (folder / "tls.crt").write_text(key)
    line = complaint(config)
    assert not any(part in line for part in key.splitlines()[1:-1])


@pytest.mark.parametrize("field", ["port", "probePort"])
def test_port_that_is_taken(folder: Path, field: str) -> None:
    """A port that somebody else has is told in one line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config = Setup(registry=NOWHERE, server={field: port}).write(folder)
        line = complaint(config)
    assert str(port) in line
    assert "in use" in line
