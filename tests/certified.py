"""Certificates for an installation, made in this very process: a command takes two seconds to start."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from webhook.adapters.cluster import connect
from webhook.core.cluster import ObjectName
from webhook.jobs.certificates.ensure import Pass, Target
from webhook.jobs.certificates.plan import Terms


def certify(kubeconfig: Path, secret: ObjectName, *, service: str, webhook: str) -> None:
    """Bring the certificates of an installation in order, as `scangate certificates ensure` does."""
    names = (f"{service}.{secret.namespace}.svc", f"{service}.{secret.namespace}.svc.cluster.local")
    terms = Terms(names, validity=timedelta(days=90), renew_before=timedelta(days=30))
    target, log = Target(secret, webhook), logging.getLogger("test.certified")
    assert Pass(connect(str(kubeconfig)), target, terms, "a test", lambda: datetime.now(UTC), log).run()
