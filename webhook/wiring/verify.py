"""The verification, put together."""

from collections.abc import Callable
from pathlib import Path

from webhook.adapters.cluster import Cluster, connect
from webhook.adapters.files import load
from webhook.core.cluster import ObjectName
from webhook.core.registration import Registration, Webhook, parse_registration
from webhook.errors import Absent, InvalidDocument
from webhook.jobs.certificates.storage import CERTIFICATE
from webhook.jobs.certificates.vouching import doubt
from webhook.jobs.verify.comparison import Vouched, compare
from webhook.jobs.verify.report import report
from webhook.wiring.clock import now


def verify_registration(
    webhook: str,
    served: ObjectName | Path | None,
    *,
    expected: Path,
    kubeconfig: str | None,
    say: Callable[[str], None],
) -> bool:
    """Say how the webhook configuration in a cluster differs; return whether nothing gets past the gate.

    With *served*, a Secret or a PEM file, the caBundle is held against the certificate in it.

    Raises:
        InvalidDocument: the file is no webhook configuration, or that with the certificate cannot be read.
        ClusterFailed: the cluster does not do its part.
    """
    wanted = parse_registration(str(expected), load(expected).content)
    cluster = connect(kubeconfig)
    findings = compare(wanted, _live(cluster, webhook), vouched=_vouched(cluster, served))
    return report(webhook, findings, say)


def _live(cluster: Cluster, name: str) -> Registration | None:
    try:
        return cluster.registration(name)
    except Absent:
        return None


def _vouched(cluster: Cluster, place: ObjectName | Path | None) -> Vouched:
    if place is None:
        return lambda _: None
    served = _read(place) if isinstance(place, Path) else cluster.secret(place).data.get(CERTIFICATE, b"")

    def vouched(webhook: Webhook) -> str | None:
        config = webhook.client_config
        return doubt(config.ca_bundle, served, config.host, now=now())

    return vouched


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidDocument(f"{file}: cannot be read: {error.strerror}") from error
