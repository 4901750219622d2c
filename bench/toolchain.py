"""The Go programs of the bench, built by a toolchain of its own, without a network."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click

HERE = Path(__file__).parent / "go"

GO = Path(os.environ.get("BENCH_GO", ".venv/go/bin/go"))
"""Where `make bench` installs it."""

BUILT = Path("build/bench")

WEBHOOK, WEBHOOK_V1 = "webhook", "webhook-v1"
"""Go's webhook with the encoding/json of its toolchain, and with the one of before Go 1.27, on which Kubernetes' own
decoder, sigs.k8s.io/json, is based."""


def built() -> Path:
    """Return the folder with the Go programs, built anew where their sources have changed: `load`, `crowd`, and the
    webhook twice.

    Raises:
        click.ClickException: there is no toolchain, or it finds fault with them.
    """
    if not GO.exists():
        raise click.ClickException(f"there is no Go at {GO}; `make bench` installs it, or BENCH_GO names another")
    BUILT.mkdir(parents=True, exist_ok=True)
    # The programs import nothing but the standard library: no proxy is asked, and no other toolchain fetched.
    offline = {"GOPROXY": "off", "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"}
    _build(offline, "", "./...")
    _build(offline | {"GOEXPERIMENT": "nojsonv2"}, WEBHOOK_V1, f"./{WEBHOOK}")
    return BUILT


def _build(environment: Mapping[str, str], name: str, packages: str) -> None:
    command = [str(GO.absolute()), "build", "-o", f"{BUILT.absolute()}/{name}", packages]
    done = subprocess.run(  # noqa: S603
        command, cwd=HERE, env=os.environ | dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise click.ClickException(done.stderr)


def go_version() -> str:
    """Return the version of the toolchain."""
    done = subprocess.run([str(GO), "env", "GOVERSION"], capture_output=True, text=True, check=True)  # noqa: S603
    return done.stdout.strip()
