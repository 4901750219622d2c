"""What `webhook.adapters.cluster` relies on, on a real API server."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import SECRET, install
from webhook.adapters.cluster import connect
from webhook.core.cluster import ObjectName, Version
from webhook.errors import Conflict

AT = datetime(2027, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)


def test_write_of_an_old_version(cluster: ApiServer, namespace: str) -> None:
    """A patch that names an old version of any of the three kinds is refused as a conflict."""
    installed = install(cluster, namespace)
    here, name = connect(str(installed.kubeconfig)), ObjectName(namespace, SECRET)
    old = Version("1")

    with pytest.raises(Conflict):
        here.store_secret(name, old, {"tls.crt": b"x"})
    with pytest.raises(Conflict):
        here.store_lease(name, replace(here.lease(name), version=old, holder="me"))
    with pytest.raises(Conflict):
        here.publish(replace(here.registration(namespace), version=old), b"PEM", AT)


def test_lease(cluster: ApiServer, namespace: str) -> None:
    """It is taken and given back, and its time is kept to the microsecond."""
    installed = install(cluster, namespace)
    here, name = connect(str(installed.kubeconfig)), ObjectName(namespace, SECRET)

    here.store_lease(name, replace(here.lease(name), holder="me", renewed=AT, seconds=60))
    held = here.lease(name)
    assert (held.holder, held.renewed, held.seconds) == ("me", AT, 60)

    here.store_lease(name, replace(held, holder=""))
    assert here.lease(name).holder == ""
