"""What holds for all tests: properties are about what is true, never about how fast this machine is."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")

CLUSTER = "tests/e2e/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests share a process where there are several: those of a module, and all that need the cluster.

    The latter begin first. They take longest, and one process has to do them all.
    """
    items.sort(key=lambda item: not item.nodeid.startswith(CLUSTER))
    for item in items:
        module = item.nodeid.partition("::")[0]
        group = CLUSTER if module.startswith(CLUSTER) else module
        item.add_marker(pytest.mark.xdist_group(group))
