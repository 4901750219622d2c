"""The commands. The only reader of the command line and of the environment, and the only one that exits."""

import os
from pathlib import Path
from typing import NoReturn

import click

from webhook.core.cluster import ObjectName
from webhook.core.environment import parse_environment
from webhook.core.times import parse_duration
from webhook.errors import Invalid, ScangateError
from webhook.jobs.demo.stage import Ports, Stage
from webhook.wiring.demo import demo as run_demo
from webhook.wiring.emulate import emulate as run_emulator
from webhook.wiring.serve import serve_gate

EXIT_NO = 1
"""The answer is no."""

EXIT_ERROR = 2
"""There is no answer: something is wrong with a file or an option."""

Port = click.IntRange(0, 65535)
File = click.Path(exists=False, dir_okay=False, path_type=Path)


def _seconds(_context: click.Context, _option: click.Parameter, value: str) -> float:
    """Return the seconds of a duration, such as 720h."""
    try:
        return parse_duration(value)
    except Invalid as error:
        raise click.BadParameter(str(error)) from error


Kubeconfig = click.option(
    "--kubeconfig",
    envvar="KUBECONFIG",
    show_envvar=True,
    help="How to reach the cluster. Without it, the service account of the pod in which this runs.",
)


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


@commands.group()
def certificates() -> None:
    """Manage the gate's own certificates in a cluster."""


@certificates.command()
@click.option("--namespace", required=True, help="Namespace of the Secret, the Lease and the Service.")
@click.option("--secret", required=True, help="Name of the Secret, and of the Lease that goes with it.")
@click.option("--service", required=True, help="Name of the Service in front of the gate.")
@click.option("--webhook", required=True, help="Name of the ValidatingWebhookConfiguration.")
@click.option(
    "--validity", callback=_seconds, default="2160h", show_default=True, help="How long a certificate is valid."
)
@click.option(
    "--renew-before",
    callback=_seconds,
    default="720h",
    show_default=True,
    help="How long before its end it is replaced.",
)
@Kubeconfig
def ensure(kubeconfig: str | None, validity: float, renew_before: float, **objects: str) -> None:
    """Bring certificates in order: make, publish, renew or replace what needs it.

    Keeps an authority and a serving certificate in the Secret, and the authority in the caBundle of every
    webhook. Run it at installation and then daily. No gate is restarted and no admission fails meanwhile:
    a new authority is published before it signs, and a replaced one withdrawn a day after it last served.
    A caBundle that was emptied is filled again. A run that breaks off does no harm; the next one goes on.

    \b
    The objects must exist already. What it needs to be allowed, by name:
      get, patch  secrets, leases                    in the namespace
      get, patch  validatingwebhookconfigurations

    The Secret is of type Opaque; mount tls.crt and tls.key from it, never ca.key.

    Exit codes: 0 all is in order, 1 another run is at it, 2 something is missing or not allowed.
    """
    # Not at the top: the client library of Kubernetes costs half a second and 70 MB, which `serve` must not pay.
    from webhook.wiring.certificates import Objects, ensure_certificates  # noqa: PLC0415

    if not ensure_certificates(Objects(**objects), kubeconfig, validity=validity, renew_before=renew_before):
        raise SystemExit(EXIT_NO)


@commands.command()
@click.option("--namespace", required=True, help="Namespace of the gate.")
@click.option("--webhook", required=True, help="Name of the ValidatingWebhookConfiguration.")
@click.option("--expected", type=File, required=True, help="What it should be like, a YAML file.")
@click.option("--secret", help="Secret with the serving certificate, to hold the caBundle against it.")
@Kubeconfig
def verify(namespace: str, webhook: str, expected: Path, secret: str | None, kubeconfig: str | None) -> None:
    """Say what would let requests past the gate in a cluster.

    Compares the webhook configuration that the cluster has with the expected one, and prints a line for
    each difference, in plain words: "bypass" where requests pass that the gate should judge, "outage"
    where the gate cannot be asked, "note" for everything else.

    \b
      helm template RELEASE CHART --show-only templates/webhook.yaml > expected.yaml
      scangate verify --namespace scangate --webhook scangate --expected expected.yaml

    It needs to be allowed to get that object and, with --secret, that Secret.

    Exit codes: 0 nothing gets past the gate, 1 something would, 2 there is no answer.
    """
    from webhook.wiring.verify import verify_registration  # noqa: PLC0415 - as above

    name = None if secret is None else ObjectName(namespace, secret)
    if not verify_registration(webhook, name, expected=expected, kubeconfig=kubeconfig, say=click.echo):
        raise SystemExit(EXIT_NO)


def main() -> NoReturn:
    """Run a command; a known error becomes one line on standard error and exit code 2."""
    try:
        commands.main(prog_name="scangate", standalone_mode=True)
    except (ScangateError, OSError) as error:
        click.echo(f"scangate: {error}", err=True)
        raise SystemExit(EXIT_ERROR) from error
    raise SystemExit(0)
