"""The Go programs of the bench, built by a toolchain of its own, without a network."""

import os
import subprocess
from pathlib import Path

import click

HERE = Path(__file__).parent / "go"

GO = Path(os.environ.get("BENCH_GO", ".venv/go/bin/go"))
"""Where `make bench` installs it."""

BUILT = Path("build/bench")


def built() -> Path:
    """Return the folder with the programs `webhook`, `load` and `crowd`, built anew where their sources have changed.

    Raises:
        click.ClickException: there is no toolchain, or it finds fault with them.
    """
    if not GO.exists():
        raise click.ClickException(f"there is no Go at {GO}; `make bench` installs it, or BENCH_GO names another")
    BUILT.mkdir(parents=True, exist_ok=True)
    # The programs import nothing but the standard library: no proxy is asked, and no other toolchain fetched.
    offline = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"}
    command = [str(GO.absolute()), "build", "-o", f"{BUILT.absolute()}/", "./..."]
    done = subprocess.run(command, cwd=HERE, env=os.environ | offline, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(done.stderr)
    return BUILT


def go_version() -> str:
    """Return the version of the toolchain."""
    done = subprocess.run([str(GO), "env", "GOVERSION"], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
