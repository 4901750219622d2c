"""ConfigMaps over a real socket, by the client library."""

import pytest

from tests.api_server import ApiServer
from webhook.adapters.cluster import Cluster
from webhook.core.cluster import ObjectName, Version
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden

TABLE = ObjectName("scangate", "table")
FOLDER = "/api/v1/namespaces/scangate/configmaps"


def test_made_and_read(server: ApiServer, cluster: Cluster) -> None:
    """A new one has its labels and its data."""
    cluster.make_config_map(TABLE, {"a.json": "{}"}, {"scangate.dev/table": "table"})
    found = cluster.config_map(TABLE)
    assert (found.data, found.version) == ({"a.json": "{}"}, "1")
    assert server.objects[f"{FOLDER}/table"]["metadata"]["labels"] == {"scangate.dev/table": "table"}


def test_changed(cluster: Cluster) -> None:
    """Keys that are not named stay as they are."""
    cluster.make_config_map(TABLE, {"a": "1", "b": "2"}, {})
    cluster.store_config_map(TABLE, cluster.config_map(TABLE).version, {"b": "3"})
    assert cluster.config_map(TABLE).data == {"a": "1", "b": "3"}


def test_nobody_has_filled_it(server: ApiServer, cluster: Cluster) -> None:
    """One without data is empty."""
    server.put(f"{FOLDER}/table", {"metadata": {"name": "table"}})
    assert cluster.config_map(TABLE).data == {}


def test_of_an_old_version(cluster: Cluster) -> None:
    """A change of it is refused, and so is making one that is there."""
    cluster.make_config_map(TABLE, {"a": "1"}, {})
    cluster.store_config_map(TABLE, Version("1"), {"a": "2"})
    with pytest.raises(Conflict):
        cluster.store_config_map(TABLE, Version("1"), {"a": "3"})
    with pytest.raises(Conflict):
        cluster.make_config_map(TABLE, {}, {})
    assert cluster.config_map(TABLE).data == {"a": "2"}


def test_not_there(cluster: Cluster) -> None:
    """The message names it."""
    with pytest.raises(Absent, match="configmap scangate/table"):
        cluster.config_map(TABLE)


def test_not_allowed(server: ApiServer, cluster: Cluster) -> None:
    """The message is that of the API server."""
    server.forbidden = {("POST", FOLDER), ("GET", f"{FOLDER}/table")}
    with pytest.raises(Forbidden, match="cannot create"):
        cluster.make_config_map(TABLE, {}, {})
    with pytest.raises(Forbidden, match="cannot get"):
        cluster.config_map(TABLE)


def test_answer_that_is_none(server: ApiServer, cluster: Cluster) -> None:
    """It is refused."""
    server.broken[f"{FOLDER}/table"] = (200, b"<html>")
    with pytest.raises(ClusterFailed, match="not one"):
        cluster.config_map(TABLE)
