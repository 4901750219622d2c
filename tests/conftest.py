"""What holds for all tests: properties are about what is true, never about how fast this machine is."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

CLUSTER = "tests/e2e/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that need a cluster: they take longest."""
    items.sort(key=lambda item: not item.nodeid.startswith(CLUSTER))
