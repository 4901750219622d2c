"""How keys and certificates lie in a cluster."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tests.clusters import HOST, NAME, WEBHOOK, FakeCluster
from tests.jobs.certificates.passes import stored
from webhook.core.registration import PUBLISHED
from webhook.jobs.certificates.making import issue, new_authority, pem
from webhook.jobs.certificates.plan import Found
from webhook.jobs.certificates.storage import bundle, understand

NOW = datetime(2027, 1, 1, tzinfo=UTC)
AUTHORITY = new_authority(NOW)
SERVING = issue(AUTHORITY, (HOST,), now=NOW, validity=timedelta(days=1))


def understood(cluster: FakeCluster) -> Found:
    """Read what is there."""
    return understand(cluster.secret(NAME), cluster.registration(WEBHOOK))


def test_everything() -> None:
    """Each part is found in its place."""
    cluster = FakeCluster(data=stored(AUTHORITY, SERVING), annotations={PUBLISHED: "2027-01-01T00:00:00.000Z"})
    cluster.fill(base64.b64encode(pem(AUTHORITY.certificate)).decode())
    authorities = (AUTHORITY.certificate,)

    assert understood(cluster) == Found(authorities, AUTHORITY, SERVING, (authorities, authorities), NOW)


def test_nothing() -> None:
    """An empty Secret is nothing, and no error."""
    assert understood(FakeCluster()) == Found((), None, None, ((), ()), None)


def test_the_first_authority_signs() -> None:
    """The key of another one is of no use."""
    data = stored(AUTHORITY, SERVING) | {"ca.crt": pem(new_authority(NOW).certificate, AUTHORITY.certificate)}
    assert understood(FakeCluster(data=data)).signer is None


@pytest.mark.parametrize("text", ["", "!", "UEVN", "UEV", "ä"])
def test_bundle_that_is_none(text: str) -> None:
    """There is no certificate in it."""
    assert bundle(text) == ()


def test_time_that_is_none() -> None:
    """It counts as unknown."""
    assert understood(FakeCluster(annotations={PUBLISHED: "lately"})).since is None
