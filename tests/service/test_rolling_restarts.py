"""Replicas that are replaced while API servers call."""

from pathlib import Path

from tests.certificates import Authority
from tests.rolling import Rolling, roll_before_clients
from tests.service.registry import Registry

SHORT = Rolling(restarts=6, drain="2s", lag=0.5)
"""Each of three replicas twice. `make soak` goes on for longer."""


def test_rolling_restarts(world: Registry, authority: Authority, folder: Path) -> None:
    """While replicas are replaced one after the other no admission fails, and none is wrong."""
    proof = roll_before_clients(world, authority, folder, SHORT)
    assert proof.failures == []
    assert proof.tally.admitted > 0
    assert proof.tally.refused > 0
