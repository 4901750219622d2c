"""The pass: from anywhere to order, whatever breaks it off."""

import base64
import logging
from datetime import timedelta

import pytest

from tests.clusters import NAME, Clock, FakeCluster
from tests.jobs.certificates.passes import authorities, in_order, installed, one_pass, stored
from webhook.errors import Absent, ClusterFailed
from webhook.jobs.certificates.ensure import MAX_TURNS
from webhook.jobs.certificates.making import issue, new_authority, pem
from webhook.jobs.certificates.plan import RETIRING, SETTLING
from webhook.jobs.certificates.reading import certificates

NINE_YEARS = timedelta(days=9 * 365 + 1)


def test_from_nothing() -> None:
    """An empty Secret and empty caBundles are put in order in three writes, in the only order that is safe."""
    cluster, clock = FakeCluster(), Clock()

    assert one_pass(cluster, clock)

    assert [kind for kind in cluster.writes if kind != "lease"] == ["secret", "registration", "secret"]
    assert in_order(cluster, clock)
    assert set(cluster.data) == {"ca.crt", "ca.key", "tls.crt", "tls.key"}


def test_what_is_in_order_stays_as_it_is() -> None:
    """A second pass changes nothing but the lease."""
    clock = Clock()
    cluster = installed(clock)
    before = dict(cluster.data)

    assert one_pass(cluster, clock)

    assert set(cluster.writes) == {"lease"}
    assert cluster.data == before


def test_renewal() -> None:
    """Thirty days before its end a certificate is replaced, and nothing else."""
    clock = Clock()
    cluster = installed(clock)
    before = dict(cluster.data)
    clock.pass_by(days=61)

    assert one_pass(cluster, clock)

    assert {key for key, value in cluster.data.items() if value != before[key]} == {"tls.crt", "tls.key"}
    assert in_order(cluster, clock)


def test_roll_of_the_authority() -> None:
    """A new one is published, signs when that has settled, and the old one goes a day later."""
    clock = Clock()
    cluster = installed(clock, age=NINE_YEARS)
    assert authorities(cluster) == 2, "the new one is published already"
    assert len(certificates(base64.b64decode(cluster.bundle))) == 2
    served = cluster.served

    one_pass(cluster, clock)
    assert cluster.served == served, "not before every API server has seen it"

    clock.pass_by(seconds=SETTLING.total_seconds())
    one_pass(cluster, clock)
    assert cluster.served != served
    assert authorities(cluster) == 2

    clock.pass_by(seconds=RETIRING.total_seconds())
    one_pass(cluster, clock)
    assert authorities(cluster) == 1
    assert certificates(base64.b64decode(cluster.bundle)) == certificates(cluster.data["ca.crt"])
    assert in_order(cluster, clock)


def test_what_others_managed_before_is_vouched_for_while_it_is_served() -> None:
    """The caBundle of another way to manage certificates is added to, and cleaned when that is over."""
    clock = Clock()
    other = new_authority(clock())
    cluster = FakeCluster()
    cluster.fill(base64.b64encode(pem(other.certificate)).decode())

    one_pass(cluster, clock)

    assert other.certificate in certificates(base64.b64decode(cluster.bundle))
    clock.pass_by(seconds=RETIRING.total_seconds())
    one_pass(cluster, clock)
    assert other.certificate not in certificates(base64.b64decode(cluster.bundle))


@pytest.mark.parametrize("kind", ["secret", "registration", "lease"])
def test_conflict(kind: str) -> None:
    """What somebody else changes meanwhile is read again, and nothing is lost."""
    clock, others = Clock(), iter(range(2))
    cluster = FakeCluster()
    cluster.before = lambda written: cluster.touch(kind) if written == kind and next(others, None) is not None else None

    assert one_pass(cluster, clock)
    assert in_order(cluster, clock)


def test_conflicts_without_end() -> None:
    """It does not try for ever."""
    cluster = FakeCluster()
    cluster.before = lambda kind: cluster.touch("registration") if kind == "registration" else None

    with pytest.raises(ClusterFailed, match=f"after {MAX_TURNS} turns"):
        one_pass(cluster, Clock())


@pytest.mark.parametrize("kind", ["secret", "registration", "lease"])
def test_object_that_is_not_there(kind: str) -> None:
    """Nothing is made that should be there already."""
    with pytest.raises(Absent, match=kind):
        one_pass(FakeCluster(missing={kind}), Clock())


def test_no_key_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """What is logged says what was made, and shows no key."""
    cluster, clock = FakeCluster(), Clock()
    with caplog.at_level(logging.DEBUG):
        one_pass(cluster, clock)

    told = "".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert "new serving certificate stored" in told
    assert "PRIVATE" not in told
    assert "PRIVATE" not in repr(cluster.secret(NAME))
    lines = cluster.data["tls.key"].decode().splitlines() + cluster.data["ca.key"].decode().splitlines()
    assert not any(line in told for line in lines if not line.startswith("-"))


def test_certificate_for_another_name_is_replaced() -> None:
    """A Service that was renamed gets a certificate at once."""
    clock = Clock()
    authority = new_authority(clock())
    serving = issue(authority, ("elsewhere.svc",), now=clock(), validity=timedelta(days=90))
    cluster = FakeCluster(data=stored(authority, serving))

    one_pass(cluster, clock)

    assert in_order(cluster, clock)
