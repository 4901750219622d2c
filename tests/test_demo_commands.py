"""`scangate emulate` and `scangate demo`: mistakes are told in one line."""

import socket
from pathlib import Path

from tests.processes import run


def test_emulator_whose_port_is_taken(tmp_path: Path) -> None:
    """The emulator says so as well."""
    world = tmp_path / "world.yaml"
    world.write_text("images: []\n")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run("emulate", world, "--port", port)
    assert done.returncode == 2
    assert port in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_examples_that_are_not_there(tmp_path: Path) -> None:
    """The demonstration names the folder."""
    done = run("demo", "--examples", tmp_path / "none")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Directory '{tmp_path}/none' does not exist" in done.stderr
