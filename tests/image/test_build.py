"""The build stage's commands, carried out in a clean environment, and the gate started from what they make."""

import os
import shutil
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Setup
from tests.image.dockerfile import arguments, commands, instructions
from tests.processes import ROOT
from webhook.wiring.tracing import MISSING


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the image gets."""
    return _built(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def built_to_trace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same of the image that can send traces."""
    return _built(tmp_path_factory.mktemp("root"), REQUIREMENTS="tracing")


def _built(root: Path, **more: str) -> Path:
    """Carry the build stage out with *more* arguments, and return what the image gets of it."""
    source = root / "src"
    source.mkdir()
    for copied in (one.text.split() for one in instructions() if (one.stage, one.name) == (1, "COPY")):
        *files, target = copied
        for file in files:
            _copy(ROOT / file, source / target / ("" if target == "webhook/" else Path(file).name))
    venv.create(root / "python", with_pip=True)
    for command in commands(root, root / "python" / "bin" / "python"):
        done = subprocess.run(
            ["/bin/sh", "-ec", command],
            cwd=source,
            env=_environment() | arguments() | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, command + done.stdout + done.stderr
    return root / "opt" / "scangate"


def _copy(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if file.is_dir():
        shutil.copytree(file, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(file, target)


def _environment() -> dict[str, str]:
    """Return what is left of the environment in a build: no settings of Python, and pip's own from its files."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "COV"))}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _run(built: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the entry point as the image would, with nothing installed but what was built."""
    environment = {"PYTHONPATH": str(built), "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/nonexistent"}
    command = [sys.base_prefix + "/bin/python3", "-S", "-m", "webhook", *arguments]
    return subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)


def test_gate_runs_from_what_was_built(built: Path) -> None:
    """The command is there with its version, and needs nothing else on the machine."""
    assert _run(built, "--version").stdout == "scangate 0.1.0\n"
    assert "serve" in _run(built, "--help").stdout
    done = _run(built, "serve", "--config", "/nonexistent/gate.yaml")
    assert (done.returncode, done.stderr) == (
        2,
        "scangate: /nonexistent/gate.yaml: cannot be read: No such file or directory\n",
    )


def test_nothing_is_left_that_builds(built: Path) -> None:
    """Neither pip nor hatchling nor a program of a package is in the result."""
    names = {path.name for path in built.iterdir()}
    assert {"webhook", "gunicorn", "cryptography"} <= names
    assert not names & {"bin", "pip", "setuptools", "wheel", "hatchling", "pytest"}


def test_traces_take_the_image_for_them(built: Path, built_to_trace: Path, tmp_path: Path) -> None:
    """A gate that is to send them gets from it as far as its port, which is taken, and else says what is missing."""
    Authority().issue().write(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = {"tracing": {"endpoint": "http://127.0.0.1:1"}, "identity": {"metadata": {}}}
        setup = Setup(registry="http://127.0.0.1:1", server={"port": taken.getsockname()[1]}, settings=wanted)
        config = str(setup.write(tmp_path))
        assert MISSING in _run(built, "serve", "--config", config).stderr
        assert "Address already in use" in _run(built_to_trace, "serve", "--config", config).stderr


def test_everything_is_compiled(built: Path) -> None:
    """The root is read-only when the gate starts, so each module's code is there already."""
    modules = [path for path in (built / "webhook").rglob("*.py")]
    assert modules
    for module in modules:
        assert list((module.parent / "__pycache__").glob(f"{module.stem}.cpython-*.pyc")), module
