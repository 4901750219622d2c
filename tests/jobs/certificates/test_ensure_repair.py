"""Passes after damage, and passes that break off."""

import base64
from collections.abc import Callable

import pytest

from tests.clusters import Clock, Crash, FakeCluster
from tests.jobs.certificates.passes import authorities, in_order, installed, one_pass
from webhook.jobs.certificates.plan import RETIRING, SETTLING
from webhook.jobs.certificates.reading import certificates


def wiped(cluster: FakeCluster) -> None:
    """Empty every caBundle, as an upgrade may."""
    cluster.fill("")


def without_authority_key(cluster: FakeCluster) -> None:
    """Lose what signs."""
    del cluster.data["ca.key"]


def emptied(cluster: FakeCluster) -> None:
    """Lose everything in the Secret."""
    cluster.data.clear()


def scrambled(cluster: FakeCluster) -> None:
    """Fill the Secret with what is nothing."""
    cluster.data.update(dict.fromkeys(cluster.data, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))


def with_another_key(cluster: FakeCluster) -> None:
    """Put a key beside the serving certificate that is not its own."""
    cluster.data["tls.key"] = cluster.data["ca.key"]


DAMAGE = [wiped, without_authority_key, emptied, scrambled, with_another_key]


@pytest.mark.parametrize("damage", DAMAGE)
def test_repair(damage: Callable[[FakeCluster], None]) -> None:
    """Whatever is lost, one pass gets the gate back, and three get everything clean."""
    clock = Clock()
    cluster = installed(clock)
    damage(cluster)

    one_pass(cluster, clock)

    assert in_order(cluster, clock)
    for wait in (SETTLING, RETIRING, RETIRING):
        clock.pass_by(seconds=wait.total_seconds())
        one_pass(cluster, clock)
        assert in_order(cluster, clock)
    assert authorities(cluster) == 1
    assert certificates(base64.b64decode(cluster.bundle)) == certificates(cluster.data["ca.crt"])


def test_upgrade_that_empties_the_bundle_changes_nothing_else() -> None:
    """The Secret is as it was."""
    clock = Clock()
    cluster = installed(clock)
    before = dict(cluster.data)
    wiped(cluster)

    one_pass(cluster, clock)

    assert cluster.data == before
    assert [kind for kind in cluster.writes if kind != "lease"] == ["registration"]


@pytest.mark.parametrize("damage", [*DAMAGE, None])
@pytest.mark.parametrize("writes", range(4))
def test_crash(damage: Callable[[FakeCluster], None] | None, writes: int) -> None:
    """Broken off before any write, a pass leaves what worked working, and the next one finishes the work."""
    clock = Clock()
    cluster = installed(clock)
    if damage is None:
        clock.pass_by(days=61)
    else:
        damage(cluster)
    worked = in_order(cluster, clock)
    cluster.life = writes
    try:
        one_pass(cluster, clock)
    except Crash:
        assert in_order(cluster, clock) or not worked

    cluster.life = None
    assert one_pass(cluster, clock, holder="me")
    assert in_order(cluster, clock)


@pytest.mark.parametrize("writes", range(4))
def test_crash_of_an_installation(writes: int) -> None:
    """As soon as there is a certificate to serve, the webhooks vouch for it."""
    cluster, clock = FakeCluster(life=writes), Clock()
    try:
        one_pass(cluster, clock)
    except Crash:
        assert not cluster.served

    cluster.life = None
    assert one_pass(cluster, clock)
    assert in_order(cluster, clock)
