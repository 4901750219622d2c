"""How one process is connected to the cloud."""

from pathlib import Path

from tests.wiring.gates import loaded, write_gate
from webhook.wiring.cloud import connect


def test_what_is_asked_and_what_is_recalled_share_one_memory(tmp_path: Path) -> None:
    """Every service that is called is watched for breakers, and none was called yet."""
    cloud = connect(loaded(write_gate(tmp_path)).value())

    assert cloud.recalled is not cloud.asked
    assert len(cloud.services) == 4
    assert cloud.breakers() == {}
