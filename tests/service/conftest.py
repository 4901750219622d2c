"""What the tests of the running gate share: one authority, and for each module one registry and one gate before it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.registry import Registry, registry


@pytest.fixture(scope="session")
def authority() -> Authority:
    """The authority of every gate's certificate."""
    return Authority()


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """An empty registry, for the tests of one module to fill."""
    with registry() as served:
        yield served


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate before that registry, which enforces."""
    with gate(tmp_path_factory.mktemp("gate"), authority, Setup(registry=world.url)) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a gate of the test's own."""
    return tmp_path
