"""The commands about a cluster. Each imports what it needs when it runs.

The client library of Kubernetes costs half a second and 70 MB, which `serve` must not pay.
"""

from pathlib import Path
from typing import Any

import click

from webhook.core.cluster import ObjectName
from webhook.core.times import parse_duration
from webhook.errors import EXIT_NO, Invalid

File = click.Path(exists=False, dir_okay=False, path_type=Path)


def duration(_context: click.Context, _option: click.Parameter, value: str) -> float:
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


@click.group()
def certificates() -> None:
    """Manage the gate's own certificates in a cluster."""


@certificates.command()
@click.option("--namespace", required=True, help="Namespace of the Secret, the Lease and the Service.")
@click.option("--secret", required=True, help="Name of the Secret, and of the Lease that goes with it.")
@click.option("--service", required=True, help="Name of the Service in front of the gate.")
@click.option("--webhook", required=True, help="Name of the ValidatingWebhookConfiguration.")
@click.option(
    "--validity", callback=duration, default="2160h", show_default=True, help="How long a certificate is valid."
)
@click.option(
    "--renew-before",
    callback=duration,
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
    from webhook.wiring.certificates import Objects, ensure_certificates  # noqa: PLC0415

    if not ensure_certificates(Objects(**objects), kubeconfig, validity=validity, renew_before=renew_before):
        raise SystemExit(EXIT_NO)


@click.command()
@click.option("--namespace", help="Namespace of the gate; needed with --secret.")
@click.option("--webhook", required=True, help="Name of the ValidatingWebhookConfiguration.")
@click.option("--expected", type=File, required=True, help="What it should be like, a YAML file.")
@click.option("--secret", help="Secret with the serving certificate, to hold the caBundle against it.")
@click.option("--certificate", type=File, help="The same, with the certificate in a PEM file.")
@Kubeconfig
def verify(webhook: str, expected: Path, kubeconfig: str | None, **served: Any) -> None:
    """Say what would let requests past the gate in a cluster.

    Compares the webhook configuration that the cluster has with the expected one, and prints a line for
    each difference, in plain words: "bypass" where requests pass that the gate should judge, "outage"
    where the gate cannot be asked, "note" for everything else.

    What the chart expects is in a ConfigMap of the release:

    \b
      kubectl get configmap scangate-webhook --namespace scangate \\
        --output go-template='{{index .data "webhook.yaml"}}' > expected.yaml
      scangate verify --namespace scangate --webhook scangate --expected expected.yaml

    It needs to be allowed to get that object and, with --secret, that Secret.

    Exit codes: 0 nothing gets past the gate, 1 something would, 2 there is no answer.
    """
    from webhook.wiring.verify import verify_registration  # noqa: PLC0415

    if not verify_registration(webhook, _served(**served), expected=expected, kubeconfig=kubeconfig, say=click.echo):
        raise SystemExit(EXIT_NO)


def _served(namespace: str | None, secret: str | None, certificate: Path | None) -> ObjectName | Path | None:
    """Return where the serving certificate is, if that is known."""
    if secret is not None and certificate is not None:
        raise click.UsageError("Give --secret or --certificate, not both.")
    if secret is not None and namespace is None:
        raise click.UsageError("--secret needs --namespace.")
    return certificate if secret is None else ObjectName(namespace or "", secret)


@click.command()
@click.option("--namespace", required=True, help="Namespace of the gate.")
@click.option("--webhook", required=True, help="Name of the ValidatingWebhookConfiguration.")
@click.option("--expected", type=File, required=True, help="What it should be like, a YAML file.")
@click.option("--wait", callback=duration, default="240s", show_default=True, help="How long to wait for the gate.")
@click.option("--connect-to", metavar="HOST:PORT", help="Where to reach the gate, if its own address cannot be.")
@Kubeconfig
def activate(namespace: str, webhook: str, expected: Path, kubeconfig: str | None, **how: Any) -> None:
    """Have the API server ask the gate, once the gate answers.

    The chart installs the webhook configuration without rules, so that it matches nothing. This command asks
    the gate as an API server would, with a review that changes nothing, at the address and by the caBundle
    that the cluster has; over and over until it answers. Then it writes the rules of the expected
    configuration, and nothing else.

    \b
    What it needs to be allowed, by name:
      get, patch  validatingwebhookconfigurations

    From outside of the cluster, reach the gate through a port-forward; it must prove to be the same:

    \b
      kubectl port-forward --namespace scangate service/scangate 8443:443 &
      scangate activate --namespace scangate --webhook scangate --expected expected.yaml \\
        --connect-to localhost:8443

    Exit codes: 0 the rules are in force, 1 the gate did not answer in time, 2 something is missing or not allowed.
    """
    from webhook.wiring.activation import Place, activate_webhook  # noqa: PLC0415

    if not activate_webhook(Place(namespace, webhook, kubeconfig), expected, say=click.echo, **how):
        raise SystemExit(EXIT_NO)
