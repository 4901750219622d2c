"""The verification, put together."""

from collections.abc import Callable
from pathlib import Path

from webhook.adapters.cluster import Cluster, connect
from webhook.adapters.files import load
from webhook.core.cluster import ObjectName
from webhook.core.registration import Registration, Webhook, parse_registration
from webhook.errors import Absent
from webhook.jobs.certificates.storage import CERTIFICATE
from webhook.jobs.certificates.vouching import doubt
from webhook.jobs.verify.comparison import Vouched, compare
from webhook.jobs.verify.report import report
from webhook.wiring.clock import now


def verify_registration(
    webhook: str, secret: ObjectName | None, *, expected: Path, kubeconfig: str | None, say: Callable[[str], None]
) -> bool:
    """Say how the webhook configuration in a cluster differs; return whether nothing gets past the gate.

    With *secret*, the caBundle is held against the certificate in it.

    Raises:
        InvalidDocument: the file is no webhook configuration.
        ClusterFailed: the cluster does not do its part.
    """
    wanted = parse_registration(str(expected), load(expected).content)
    cluster = connect(kubeconfig)
    findings = compare(wanted, _live(cluster, webhook), vouched=_vouched(cluster, secret))
    return report(webhook, findings, say)


def _live(cluster: Cluster, name: str) -> Registration | None:
    try:
        return cluster.registration(name)
    except Absent:
        return None


def _vouched(cluster: Cluster, secret: ObjectName | None) -> Vouched:
    if secret is None:
        return lambda _: None
    served = cluster.secret(secret).data.get(CERTIFICATE, b"")

    def vouched(webhook: Webhook) -> str | None:
        config = webhook.client_config
        return doubt(config.ca_bundle, served, config.host, now=now())

    return vouched
