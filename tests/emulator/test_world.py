"""Values of the world."""

from datetime import timedelta

from tests.emulator.serving import NOW
from webhook.emulator.world import Account, Image, Role, Scan, ScanStatus


def test_a_running_scan_ends_when_its_time_has_come() -> None:
    """Before, it runs; from then on it is what it was to become."""
    end = NOW + timedelta(seconds=24)
    scan = Scan(id="che", image_id="crp", status=ScanStatus.RUNNING, started_at=NOW, ready_at=end)

    assert scan.seen_at(NOW) is scan
    assert scan.seen_at(end).status is ScanStatus.READY
    assert scan.seen_at(end).scanned_at == end


def test_a_scan_without_an_end_runs_for_ever() -> None:
    """A scan that hangs stays RUNNING."""
    scan = Scan(id="che", image_id="crp", status=ScanStatus.RUNNING, started_at=NOW)

    assert scan.seen_at(NOW + timedelta(days=400)) is scan


def test_an_index_has_images() -> None:
    """Only what has children is an index."""
    child = Image(id="c", name="r/a", digest="d", created_at=NOW)

    assert not child.is_index
    assert Image(id="i", name="r/a", digest="e", created_at=NOW, children=(child,)).is_index


def test_tokens_do_not_show_in_a_representation() -> None:
    """An account can be printed without giving its tokens away."""
    assert "t1.secret" not in repr(Account(id="aje", roles=frozenset({Role.VIEWER}), tokens=("t1.secret",)))
