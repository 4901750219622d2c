"""The commands. With the other modules of commands, the only reader of the command line and the environment.

Nothing else exits. Each command is imported when it is asked for: none pays for what the others need.
"""

from importlib import import_module
from typing import NoReturn

import click

from webhook.errors import EXIT_ERROR, ScangateError

COMMANDS = {
    "activate": "cluster_commands",
    "audit": "audit_command",
    "certificates": "cluster_commands",
    "check": "check_command",
    "demo": "demo_commands",
    "emulate": "demo_commands",
    "policy": "policy_commands",
    "replay": "log_commands",
    "report": "log_commands",
    "serve": "serve_command",
    "table": "table_commands",
    "verify": "cluster_commands",
}
"""The module of each command."""


class _Commands(click.Group):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"webhook.{COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "SCANGATE"})
@click.version_option(package_name="scangate", message="%(prog)s %(version)s")
def commands() -> None:
    """Admit a pod only if the scan of each of its images is within policy.

    Scangate is a validating admission webhook for Kubernetes. The scans are those of Yandex Container
    Registry. Every option can be given in the environment: --config of serve is SCANGATE_SERVE_CONFIG.

    Exit codes: 0 done, 1 the answer is no, 2 something is wrong with a file or an option; the message says what.
    """


def main() -> NoReturn:
    """Run a command; a known error becomes one line on standard error and exit code 2."""
    try:
        commands.main(prog_name="scangate", standalone_mode=True)
    except (ScangateError, OSError) as error:
        click.echo(f"scangate: {error}", err=True)
        raise SystemExit(EXIT_ERROR) from error
    raise SystemExit(0)
