"""Labels of the namespaces of a cluster."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import ApiServer, Document, serving
from tests.fakes import DEADLINE
from webhook.adapters.cluster import connect
from webhook.adapters.cluster_namespaces import ClusterNamespaces

SHOP = "/api/v1/namespaces/shop"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve two namespaces."""
    objects: dict[str, Document] = {
        SHOP: {"metadata": {"labels": {"tier": "prod"}}},
        "/api/v1/namespaces/bare": {"metadata": {}},
    }
    with serving(tmp_path, objects) as running:
        yield running


@pytest.fixture
def namespaces(server: ApiServer) -> ClusterNamespaces:
    """Return what asks it."""
    return ClusterNamespaces(connect(str(server.kubeconfig)).get, logging.getLogger("test"))


def test_asked_once(namespaces: ClusterNamespaces, server: ApiServer) -> None:
    """Labels are read once for all pods of a namespace; one without labels has none."""
    assert [namespaces.labels("shop", DEADLINE) for _ in range(3)] == [{"tier": "prod"}] * 3
    assert namespaces.labels("bare", DEADLINE) == {}
    assert len(server.calls) == 2


@pytest.mark.parametrize("answer", [(403, b"{}"), (500, b"{}"), (200, b"<html>"), (200, b'{"metadata": 1}')])
def test_not_known(namespaces: ClusterNamespaces, server: ApiServer, answer: tuple[int, bytes]) -> None:
    """Where they cannot be had nothing is made up, and they are asked for again."""
    server.broken[SHOP] = answer
    assert namespaces.labels("shop", DEADLINE) is None
    server.broken.clear()
    assert namespaces.labels("shop", DEADLINE) == {"tier": "prod"}
