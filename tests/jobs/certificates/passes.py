"""Passes over a cluster in memory, and what they leave behind."""

import logging
from datetime import timedelta

from tests.clusters import HOST, NAME, WEBHOOK, Clock, FakeCluster
from webhook.jobs.certificates.ensure import Pass, Target
from webhook.jobs.certificates.making import Pair, issue, new_authority, pem
from webhook.jobs.certificates.plan import Terms
from webhook.jobs.certificates.reading import certificates
from webhook.jobs.certificates.vouching import doubt

TERMS = Terms(names=(HOST, f"{HOST}.cluster.local"), validity=timedelta(days=90), renew_before=timedelta(days=30))


def one_pass(cluster: FakeCluster, clock: Clock, *, terms: Terms = TERMS, holder: str = "me") -> bool:
    """Run a pass to its end."""
    target = Target(NAME, WEBHOOK)
    return Pass(cluster, target, terms, holder, clock, logging.getLogger("test.certificates")).run()


def in_order(cluster: FakeCluster, clock: Clock) -> bool:
    """Tell whether every webhook vouches for what is served."""
    bundles = {webhook.client_config.ca_bundle for webhook in cluster.registered}
    return {doubt(bundle, cluster.served, HOST, now=clock()) for bundle in bundles} == {None}


def authorities(cluster: FakeCluster) -> int:
    """Count the authorities in the Secret."""
    return len(certificates(cluster.data["ca.crt"]))


def installed(clock: Clock, *, age: timedelta = timedelta(0)) -> FakeCluster:
    """Return a cluster in order, whose authority was made *age* ago and whose serving certificate is new."""
    authority = new_authority(clock() - age)
    cluster = FakeCluster(data=stored(authority, issue(authority, TERMS.names, now=clock(), validity=TERMS.validity)))
    one_pass(cluster, clock)
    cluster.writes.clear()
    return cluster


def stored(authority: Pair, serving: Pair) -> dict[str, bytes]:
    """Return the content of the Secret with both."""
    return {
        "ca.crt": pem(authority.certificate),
        "ca.key": authority.key_pem(),
        "tls.crt": pem(serving.certificate),
        "tls.key": serving.key_pem(),
    }
