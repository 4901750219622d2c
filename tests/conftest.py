"""What holds for all tests: properties are about what is true, never about how fast this machine is."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

CLUSTER = "tests/e2e/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that need a cluster: they take longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(CLUSTER))


@pytest.fixture(autouse=True, scope="module")
def _servers_are_stopped() -> Iterator[None]:
    """Have no server of the standard library outlive the tests of its module.

    Its thread would go on to poll the number of a socket that is closed, and so keep open whatever gets that number
    next: a pipe, or a port, of any test that comes later.
    """
    yield
    assert not [thread.name for thread in threading.enumerate() if "(serve_forever)" in thread.name]
