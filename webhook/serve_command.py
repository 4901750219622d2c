"""The command that serves."""

import os
from pathlib import Path

import click

from webhook.core.environment import parse_environment
from webhook.wiring.serve import serve_gate

File = click.Path(exists=False, dir_okay=False, path_type=Path)


@click.command()
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
