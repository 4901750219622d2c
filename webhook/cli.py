"""The commands. The only reader of the command line and of the environment, and the only one that exits."""

from pathlib import Path
from typing import NoReturn

import click

from webhook import wiring
from webhook.adapters.iam import Secret
from webhook.errors import ScangateError

EXIT_ERROR = 2
"""Something was wrong with the input; 1 is kept for a verdict of no."""

File = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SCANGATE"})
@click.version_option(package_name="scangate", message="%(prog)s %(version)s")
def commands() -> None:
    """Admit a pod only if the scan of each of its images is within policy.

    Scangate is a validating admission webhook for Kubernetes. The scans are those of Yandex Container
    Registry. Every option can be given in the environment: --config of serve is SCANGATE_SERVE_CONFIG.

    Exit codes: 0 done, 2 something is wrong with a file or an option; the message says what.
    """


@commands.command()
@click.option("--config", type=File, required=True, help="The GateConfiguration, a YAML file.")
@click.option("--token", envvar="YC_TOKEN", hidden=True, help="An IAM token; only from the environment.")
def serve(config: Path, token: str | None) -> None:
    """Serve admission reviews over TLS, and probes on a plain port.

    Reads the IAM token from the file that the configuration names, or from YC_TOKEN. Audit records go to
    standard output, one JSON object a line; all other logs to standard error.
    """
    wiring.serve_gate(config, None if token is None else Secret(token))


def main() -> NoReturn:
    """Run a command; a known error becomes one line on standard error and exit code 2."""
    try:
        commands.main(standalone_mode=True)
    except ScangateError as error:
        click.echo(f"scangate: {error}", err=True)
        raise SystemExit(EXIT_ERROR) from error
    raise SystemExit(0)
