"""What most tests of the emulator begin with."""

from collections.abc import Iterator

import pytest

from tests.emulator.serving import Served, one_image, served


@pytest.fixture
def registry() -> Iterator[Served]:
    """Serve one image with one scan; any token is good."""
    with served(one_image()) as running:
        yield running
