"""The Kubernetes API over a real socket."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from tests.api_server import LEASE, SECRET, WEBHOOKS, ApiServer, installation, serving
from webhook.adapters.cluster import Cluster, connect
from webhook.core.cluster import ObjectName, Version
from webhook.core.registration import PUBLISHED, Rule
from webhook.errors import Absent, ClusterFailed, Conflict

NAME = ObjectName("scangate", "scangate-tls")
AT = datetime(2027, 3, 4, 5, 6, 7, 123456, tzinfo=UTC)
KEY = b"-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve an installation."""
    with serving(tmp_path, installation()) as running:
        yield running


@pytest.fixture
def cluster(server: ApiServer) -> Cluster:
    """Connect to it."""
    return connect(str(server.kubeconfig))


Call = tuple[str, str, Callable[[Cluster], object]]

CALLS: list[Call] = [
    ("GET", SECRET, lambda cluster: cluster.secret(NAME)),
    ("GET", LEASE, lambda cluster: cluster.lease(NAME)),
    ("GET", WEBHOOKS, lambda cluster: cluster.registration("scangate")),
    ("PATCH", SECRET, lambda cluster: cluster.store_secret(NAME, Version("1"), {"tls.key": KEY})),
    ("PATCH", LEASE, lambda cluster: cluster.store_lease(NAME, replace(cluster.lease(NAME), holder="me"))),
    ("PATCH", WEBHOOKS, lambda cluster: cluster.publish(cluster.registration("scangate"), b"PEM", AT)),
    ("PATCH", WEBHOOKS, lambda cluster: cluster.write_rules(cluster.registration("scangate"), {})),
]


def test_secret(cluster: Cluster) -> None:
    """What is stored is read back, and what is not named stays."""
    assert cluster.secret(NAME).data == {}
    cluster.store_secret(NAME, cluster.secret(NAME).version, {"a": b"\x00\xff", "b": b"old"})
    cluster.store_secret(NAME, cluster.secret(NAME).version, {"b": b"new"})

    assert cluster.secret(NAME).data == {"a": b"\x00\xff", "b": b"new"}
    assert "new" not in repr(cluster.secret(NAME))


def test_lease(cluster: Cluster, server: ApiServer) -> None:
    """It is free, held, and free again; the time is written as the API wants it."""
    free = cluster.lease(NAME)
    assert (free.holder, free.renewed, free.seconds) == ("", None, 0)

    cluster.store_lease(NAME, replace(free, holder="me", renewed=AT, seconds=60))

    held = cluster.lease(NAME)
    assert held == replace(free, version=held.version, holder="me", renewed=AT, seconds=60)
    assert server.objects[LEASE]["spec"]["renewTime"] == "2027-03-04T05:06:07.123456Z"
    cluster.store_lease(NAME, replace(held, holder=""))
    assert "holderIdentity" not in server.objects[LEASE]["spec"]


def test_publication(cluster: Cluster, server: ApiServer) -> None:
    """Each webhook gets the caBundle, the object the time, and nothing else changes."""
    before = server.objects[WEBHOOKS]["webhooks"]

    cluster.publish(cluster.registration("scangate"), b"PEM", AT)

    after = cluster.registration("scangate")
    assert [webhook.client_config.ca_bundle for webhook in after.webhooks] == ["UEVN", "UEVN"]
    assert after.annotations == {PUBLISHED: "2027-03-04T05:06:07.123Z"}
    for webhook in server.objects[WEBHOOKS]["webhooks"]:
        del webhook["clientConfig"]["caBundle"]
    assert server.objects[WEBHOOKS]["webhooks"] == before


def test_rules(cluster: Cluster, server: ApiServer) -> None:
    """The named webhook gets them in the place of others, and nothing else changes."""
    before = cluster.registration("scangate")
    rule = Rule(("CREATE",), ("apps",), ("*",), ("deployments",), "Namespaced")

    cluster.write_rules(before, {"pods.scangate.dev": (rule,)})

    after = cluster.registration("scangate")
    first, second = before.webhooks
    assert after.webhooks == (msgspec.structs.replace(first, rules=(rule,)), second)
    with pytest.raises(Conflict):
        cluster.write_rules(before, {"pods.scangate.dev": (rule,)})
    assert server.objects[WEBHOOKS]["metadata"]["resourceVersion"] == after.version


@pytest.mark.parametrize("path", [SECRET, LEASE, WEBHOOKS])
def test_somebody_else_was_quicker(cluster: Cluster, server: ApiServer, path: str) -> None:
    """A change of what has changed since is refused, and theirs stays."""
    [write, *_] = [call for method, where, call in CALLS if (method, where) == ("PATCH", path)]
    secret, lease, registration = cluster.secret(NAME), cluster.lease(NAME), cluster.registration("scangate")
    server.put(path, server.objects[path])
    theirs = server.objects[path]
    old: dict[str, Callable[[Cluster], object]] = {
        SECRET: lambda it: it.store_secret(NAME, secret.version, {"tls.key": KEY}),
        LEASE: lambda it: it.store_lease(NAME, replace(lease, holder="me")),
        WEBHOOKS: lambda it: it.publish(registration, b"PEM", AT),
    }

    with pytest.raises(Conflict):
        old[path](cluster)

    assert server.objects[path] == theirs
    if path != SECRET:
        write(cluster)


@pytest.mark.parametrize(("method", "path", "call"), CALLS)
def test_object_that_is_not_there(
    cluster: Cluster, server: ApiServer, method: str, path: str, call: Callable[[Cluster], object]
) -> None:
    """It is told from other failures, and named."""
    del server.objects[path]
    with pytest.raises(Absent, match=r"scangate.*: not found"):
        call(cluster)


@pytest.mark.parametrize(("method", "path", "call"), CALLS)
def test_right_that_is_missing(
    cluster: Cluster, server: ApiServer, method: str, path: str, call: Callable[[Cluster], object]
) -> None:
    """What the API server says about it is shown: who may not do what."""
    server.forbidden.add((method, path))
    with pytest.raises(ClusterFailed, match=r"HTTP 403: User .somebody. cannot (get|patch)"):
        call(cluster)


@pytest.mark.parametrize("called", CALLS)
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b"c2VjcmV0"),
        (422, b'{"message": "c2VjcmV0"}'),
        (403, b"c2VjcmV0"),
        (403, b'["c2VjcmV0"]'),
        (200, b"c2VjcmV0"),
        (200, b'["c2VjcmV0"]'),
        (200, b'{"metadata": {}, "data": {"tls.key": "c2VjcmV0"}}'),
        (200, b'{"metadata": {"resourceVersion": "1"}, "data": {"tls.key": ["c2VjcmV0"]}, "spec": []}'),
        (200, b"\xff"),
    ],
)
def test_answer_that_is_none(cluster: Cluster, server: ApiServer, called: Call, status: int, body: bytes) -> None:
    """It is one kind of failure, whatever it is; what it says is not shown, since it may quote a key."""
    method, path, call = called
    server.broken[path] = (status, body)
    if (method, status) == ("PATCH", 200):
        server.broken[path] = (500, body)  # of a change that was made the answer is not read
    with pytest.raises(ClusterFailed) as caught:
        call(cluster)
    assert "c2VjcmV0" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "document"),
    [
        (LEASE, {"spec": {"holderIdentity": "me", "renewTime": "soon"}}),
        (WEBHOOKS, {"kind": "ConfigMap", "apiVersion": "v1"}),
        (WEBHOOKS, {"kind": "ValidatingWebhookConfiguration", "apiVersion": "admissionregistration.k8s.io/v1beta1"}),
    ],
)
def test_object_that_is_something_else(
    cluster: Cluster, server: ApiServer, path: str, document: dict[str, object]
) -> None:
    """It is refused with its name."""
    server.put(path, {**document, "metadata": {"name": "scangate"}})
    with pytest.raises(ClusterFailed, match="scangate"):
        cluster.lease(NAME) if path == LEASE else cluster.registration("scangate")
