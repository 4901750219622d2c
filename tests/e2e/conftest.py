"""One cluster for all tests here, and a namespace for each."""

import itertools
from collections.abc import Iterator

import pytest

from tests.certificates import Authority
from tests.e2e.apiserver import ApiServer, api_server
from tests.e2e.guarded import Guard, guarding, reached, release
from tests.e2e.programs import NEEDED, USUAL, binaries
from tests.http_calls import unused_port
from tests.service.registry import Registry, registry

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


@pytest.fixture(scope="module")
def guard(
    cluster: ApiServer, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guard]:
    """Install the chart in the cluster for the tests of one module, with a gate that its API server asks."""
    authority, port = Authority(), unused_port()
    made = release(cluster, request.module.__name__.rpartition(".")[2], reached(port, authority))
    made.apply()
    try:
        with registry() as world, guarding(made, port, world, authority, tmp_path_factory.mktemp("gate")) as running:
            yield running
    finally:
        made.delete()


@pytest.fixture
def guarded(guard: Guard, namespace: str) -> str:
    """Make a namespace that the gate guards."""
    guard.release.guard(namespace)
    guard.release.wait(namespace)
    return namespace


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """Serve a registry."""
    with registry() as served:
        yield served


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Make the authority of a gate's certificate."""
    return Authority()


@pytest.fixture
def port() -> int:
    """Find a port on which nobody listens: the gate is down."""
    return unused_port()
