"""The commands. With the other modules of commands, the only reader of the command line and the environment.

Nothing else exits.
"""

import os
from pathlib import Path
from typing import NoReturn

import click

from webhook.audit_command import audit
from webhook.check_command import check
from webhook.cluster_commands import EXIT_NO, activate, certificates, verify
from webhook.core.environment import parse_environment
from webhook.errors import ScangateError
from webhook.jobs.demo.stage import Ports, Stage
from webhook.log_commands import replay, report
from webhook.policy_commands import EXIT_ERROR, policy
from webhook.table_commands import table
from webhook.wiring.demo import demo as run_demo
from webhook.wiring.emulate import emulate as run_emulator
from webhook.wiring.serve import serve_gate

Port = click.IntRange(0, 65535)
File = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SCANGATE"})
@click.version_option(package_name="scangate", message="%(prog)s %(version)s")
def commands() -> None:
    """Admit a pod only if the scan of each of its images is within policy.

    Scangate is a validating admission webhook for Kubernetes. The scans are those of Yandex Container
    Registry. Every option can be given in the environment: --config of serve is SCANGATE_SERVE_CONFIG.

    Exit codes: 0 done, 1 the answer is no, 2 something is wrong with a file or an option; the message says what.
    """


@commands.command()
@click.option("--config", type=File, required=True, help="The GateConfiguration, a YAML file.")
def serve(config: Path) -> None:
    """Serve admission reviews over TLS, and probes on a plain port.

    Its identity in Yandex Cloud is the one that the configuration names, or else that of the environment:
    YC_SERVICE_ACCOUNT_KEY_FILE (an authorized key, or its file), YC_METADATA_ADDR (the metadata service) or
    YC_TOKEN (an IAM token, for trying things out). YC_ENDPOINT names another installation of the cloud, and
    HTTPS_PROXY and NO_PROXY the way to it.

    Audit records go to standard output, one JSON object a line; all other logs to standard error.
    """
    # No options: arguments stand in every list of processes, and these names are known.
    serve_gate(config, parse_environment(os.environ))


@commands.command()
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


@commands.command()
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


for _command in (activate, audit, certificates, check, policy, replay, report, table, verify):
    commands.add_command(_command)


def main() -> NoReturn:
    """Run a command; a known error becomes one line on standard error and exit code 2."""
    try:
        commands.main(prog_name="scangate", standalone_mode=True)
    except (ScangateError, OSError) as error:
        click.echo(f"scangate: {error}", err=True)
        raise SystemExit(EXIT_ERROR) from error
    raise SystemExit(0)
