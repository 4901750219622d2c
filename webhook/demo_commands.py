"""The commands that show the gate on one machine, and the registry that is emulated for that."""

from pathlib import Path

import click

from webhook.errors import EXIT_NO
from webhook.jobs.demo.stage import Ports, Stage
from webhook.wiring.demo import demo as run_demo
from webhook.wiring.emulate import emulate as run_emulator

Port = click.IntRange(0, 65535)
File = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.command()
@click.argument("world", type=File)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=Port, default=8081, show_default=True, help="Port to listen on; 0 takes a free one.")
def emulate(world: Path, host: str, port: int) -> None:
    """Serve a small, faithful registry from the images and scans in WORLD, a YAML file.

    For tests and for trying policies out. Faults are switched on in the file, or while it runs:

    \b
      curl -X PUT localhost:8081/_emulator/faults -d '[{"kind": "latency", "seconds": 3}]'
      curl localhost:8081/_emulator/calls
    """
    run_emulator(world, host=host, port=port)


@click.command()
@click.option("--once", is_flag=True, help="Judge the examples and stop.")
@click.option(
    "--examples",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path("examples"),
    show_default=True,
    help="Folder with registry.yaml, policy.yaml, table.yaml and pods/.",
)
@click.option("--port", type=Port, default=8443, show_default=True, help="Port of the reviews; 0 takes a free one.")
@click.option("--probe-port", type=Port, default=8080, show_default=True, help="Port of the probes.")
@click.option("--registry-port", type=Port, default=8081, show_default=True, help="Port of the emulated registry.")
def demo(once: bool, examples: Path, port: int, probe_port: int, registry_port: int) -> None:
    """Show the gate at work, in front of an emulated registry.

    Starts both on this machine with a throw-away certificate, sends example reviews, shows each verdict,
    and keeps serving until Ctrl-C. Exit code 1: a verdict is not the one that its example names.
    """
    stage = Stage(examples=examples, folder=Path(".run"))
    ports = Ports(reviews=port, probes=probe_port, registry=registry_port)
    if not run_demo(stage, ports, once=once, say=click.echo):
        raise SystemExit(EXIT_NO)
