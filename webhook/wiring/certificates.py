"""One pass of self-managed certificates, put together."""

import logging
import logging.config
import os
import socket
from dataclasses import dataclass
from datetime import timedelta

from webhook.adapters.cluster import connect
from webhook.adapters.streams import LOGGER, log_config
from webhook.core.cluster import ObjectName
from webhook.jobs.certificates.ensure import Pass, Target
from webhook.jobs.certificates.plan import Terms
from webhook.wiring.clock import now


@dataclass(frozen=True, slots=True)
class Objects:
    """Names of what is kept in order."""

    namespace: str
    secret: str
    service: str
    webhook: str


def ensure_certificates(objects: Objects, kubeconfig: str | None, *, validity: float, renew_before: float) -> bool:
    """Bring all in order; return whether that was done, rather than left to another one who is at it.

    Raises:
        Invalid: *validity* and *renew_before*, in seconds, do not go together.
        ClusterFailed: the cluster does not do its part.
    """
    host = f"{objects.service}.{objects.namespace}"
    terms = Terms(
        names=(f"{host}.svc", f"{host}.svc.cluster.local", host),
        validity=timedelta(seconds=validity),
        renew_before=timedelta(seconds=renew_before),
    )
    logging.config.dictConfig(log_config("info"))
    return Pass(
        cluster=connect(kubeconfig),
        target=Target(ObjectName(objects.namespace, objects.secret), objects.webhook),
        terms=terms,
        # In a pod the host's name is the pod's: a container that is started again goes on with its own lease.
        holder=f"{socket.gethostname()}_{os.getpid()}",
        now=now,
        log=logging.getLogger(LOGGER),
    ).run()
