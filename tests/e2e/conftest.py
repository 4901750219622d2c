"""One cluster for all tests here, and a namespace for each."""

import itertools
from collections.abc import Iterator

import pytest

from tests.e2e.apiserver import ApiServer, api_server
from tests.e2e.programs import NEEDED, USUAL, binaries

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiServer]:
    """Run a cluster; skip what needs it where its programs are not."""
    programs = binaries()
    if programs is None:
        pytest.skip(f"NOT TESTED AGAINST KUBERNETES: no {' and '.join(NEEDED)} in $KUBEBUILDER_ASSETS or {USUAL}")
    with api_server(tmp_path_factory.mktemp("cluster"), programs) as running:
        yield running


@pytest.fixture
def namespace(cluster: ApiServer) -> str:
    """Make a namespace that no other test has."""
    name = f"test-{next(_numbers)}"
    cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    return name
