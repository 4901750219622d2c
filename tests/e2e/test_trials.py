"""Certificates that are rotated and replicas that are replaced while an API server asks about pods."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.apiserver import ApiServer
from tests.e2e.trials import Place, roll_in_cluster, rotate_in_cluster
from tests.proofs import Proof
from tests.rolling import Rolling
from tests.rotating import Rotating
from tests.service.registry import registry

ROLLING = Rolling(restarts=3, drain="2s", lag=0.5)
ROTATING = Rotating(rotations=20, seconds=6)
"""`make soak` goes on for longer."""


@pytest.fixture
def place(cluster: ApiServer, namespace: str, tmp_path: Path) -> Iterator[Place]:
    """A place with a registry of its own."""
    with registry() as world:
        yield Place(cluster, namespace, world, tmp_path)


def assert_good(proof: Proof) -> None:
    """Claim that nothing failed, and that there were verdicts of either kind."""
    assert proof.failures == []
    assert proof.tally.admitted > 0
    assert proof.tally.refused > 0


def test_rotations(place: Place) -> None:
    """No creation of a pod fails while the certificate and its authority are replaced, and each verdict is right."""
    assert_good(rotate_in_cluster(place, ROTATING))


def test_rolling_restarts(place: Place) -> None:
    """Nor does one while replicas are replaced one after the other."""
    assert_good(roll_in_cluster(place, ROLLING))
