"""The activation, put together."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from webhook.adapters.cluster import connect
from webhook.adapters.files import load
from webhook.adapters.http import HttpClient, Reply
from webhook.adapters.pools import trusting
from webhook.core.deadline import Deadline
from webhook.core.registration import Webhook, parse_registration
from webhook.jobs.activation.activation import Activation, Ask
from webhook.jobs.activation.matching import check


@dataclass(frozen=True, slots=True)
class Place:
    """Where the gate and its webhook configuration are."""

    namespace: str
    webhook: str
    kubeconfig: str | None


def activate_webhook(
    place: Place, expected: Path, *, wait: float, connect_to: str | None, say: Callable[[str], None]
) -> bool:
    """Have the API server ask the gate once it answers; return whether it did within *wait* seconds.

    *connect_to* is `host:port` of the gate, where its own address cannot be reached from here.

    Raises:
        InvalidDocument: the file is no webhook configuration, or that of another gate.
        ClusterFailed: the cluster does not do its part.
    """
    wanted = parse_registration(str(expected), load(expected).content)
    check(str(expected), wanted, namespace=place.namespace, name=place.webhook)
    cluster = connect(place.kubeconfig)
    activation = Activation(cluster=cluster, ask=_way(connect_to), say=say, clock=time.monotonic, pause=time.sleep)
    return activation.run(wanted, wait=wait)


def _way(connect_to: str | None) -> Ask:
    def ask(webhook: Webhook, review: bytes) -> Reply:
        config, seconds = webhook.client_config, webhook.timeout_seconds
        # A client for each question: the caBundle may be another one, and the Service have another pod answer.
        http = HttpClient(connections=1, context=trusting(config.authorities), peer="the gate", server_name=config.host)
        url = urlsplit(config.address)._replace(query=f"timeout={seconds}s")
        url = url._replace(netloc=connect_to or url.netloc)
        deadline = Deadline(time.monotonic() + seconds, time.monotonic)
        headers = {"Content-Type": "application/json"}
        return http.send("POST", url.geturl(), headers=headers, deadline=deadline, body=review)

    return ask
