"""A certificate that is renewed again and again, well and badly, while API servers call."""

from pathlib import Path

from tests.certificates import Authority
from tests.rotating import Rotating, rotate_before_clients
from tests.service.registry import Registry

SHORT = Rotating(rotations=60, seconds=12)
"""`make soak` goes on for longer."""


def test_rotations_under_load(world: Registry, folder: Path) -> None:
    """No handshake and no admission fails, and none is wrong; each good pair is served soon, and no bad one ever."""
    proof = rotate_before_clients(world, Authority(), folder, SHORT)
    assert proof.failures == []
    assert proof.tally.admitted > 0
    assert proof.tally.refused > 0
