"""What tests of the cluster share: a namespace without ConfigMaps, behind a real socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api_server import ApiServer, serving
from webhook.adapters.cluster import Cluster, connect


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ApiServer]:
    """Serve a namespace without ConfigMaps."""
    with serving(tmp_path, {}) as running:
        yield running


@pytest.fixture
def cluster(server: ApiServer) -> Cluster:
    """Return the cluster."""
    return connect(str(server.kubeconfig))
