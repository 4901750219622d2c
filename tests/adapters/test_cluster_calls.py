"""Any call of the Kubernetes API, over a real socket, by the client library."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import ApiServer, serving
from webhook.adapters.cluster import MERGE, Cluster, connect
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden, Gone

PODS = "/api/v1/pods"
FOLDER = "/api/v1/namespaces/scangate/configmaps"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve a list of pods."""
    with serving(tmp_path, {PODS: {"kind": "PodList"}}) as running:
        yield running


@pytest.fixture
def cluster(server: ApiServer) -> Cluster:
    """Return the cluster."""
    return connect(str(server.kubeconfig))


def test_read(cluster: Cluster) -> None:
    """A path with a query is read, as the same user as everything else."""
    path = f"{PODS}?limit=5&continue=a%2Bb"
    assert cluster.get("pods", path) == cluster.call("GET", "pods", path)
    assert json.loads(cluster.get("pods", path))["kind"] == "PodList"


def test_write(server: ApiServer, cluster: Cluster) -> None:
    """An object is made, and changed by a patch of the type that is named."""
    body = {"metadata": {"name": "it"}, "data": {"a": "1"}}
    assert json.loads(cluster.call("POST", "it", FOLDER, body=body))["data"] == {"a": "1"}
    patch = {"metadata": {"resourceVersion": "1"}, "data": {"b": "2"}}
    cluster.call("PATCH", "it", f"{FOLDER}/it", body=patch, kind=MERGE)
    assert server.objects[f"{FOLDER}/it"]["data"] == {"a": "1", "b": "2"}
    with pytest.raises(Conflict, match="^it: "):
        cluster.call("PATCH", "it", f"{FOLDER}/it", body=patch, kind=MERGE)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Forbidden), (404, Absent), (410, Gone), (429, ClusterFailed), (500, ClusterFailed)]
)
def test_refusal(server: ApiServer, cluster: Cluster, status: int, kind: type[ClusterFailed]) -> None:
    """It is what it is, with what the API server says."""
    server.broken[PODS] = (status, b'{"message": "no", "metadata": {"continue": "next"}}')
    with pytest.raises(kind, match="^pods: ") as caught:
        cluster.call("GET", "pods", PODS)
    if isinstance(caught.value, Gone):
        assert caught.value.following == "next"
