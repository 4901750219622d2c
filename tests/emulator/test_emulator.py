"""The emulator as tests in the same process use it."""

from datetime import timedelta

from tests.emulator.serving import NOW, Clock, Served, one_image, served
from webhook.emulator.emulator import Emulator
from webhook.emulator.faults import Close, Status
from webhook.emulator.world import Scan, ScanStatus
from webhook.emulator.world_file import parse_world


def test_the_world_and_its_faults_can_be_replaced(registry: Served) -> None:
    """Another world brings its own faults; those of before are off."""
    registry.emulator.faults.add(Close())
    faults = [{"kind": "status", "status": 503, "times": 1}]
    world = one_image(id="crpnew", scans=[{"id": "chenew"}]) | {"faults": faults}
    registry.emulator.world = parse_world(world, now=NOW)

    assert registry.emulator.world.images[0].id == "crpnew"
    assert [registry.get("/scans/chenew").status for _ in range(2)] == [503, 200]


def test_faults_of_the_world_are_on_from_the_start() -> None:
    """A file can describe what goes wrong."""
    with served(one_image() | {"faults": [{"kind": "status", "status": 500}]}) as registry:
        assert registry.get("/scans/cheapi").status == 500


def test_a_scan_can_be_added(registry: Served) -> None:
    """It is there at once, and faults stay as they are."""
    registry.emulator.faults.add(Status(status=500, path="*/images/*"))
    at = NOW - timedelta(minutes=1)
    registry.emulator.add_scan(
        Scan(id="chenew", image_id="crpapi", status=ScanStatus.READY, started_at=at, scanned_at=at)
    )

    assert registry.get("/scans/chenew").status == 200
    assert len(registry.emulator.world.images[0].scans) == 2
    assert registry.get("/images/crpapi").status == 500


def test_request_ids_follow_from_the_seed() -> None:
    """Two runs with one seed are the same, and no id comes twice."""
    world = parse_world({}, now=NOW)
    ids = [[Emulator(world, now=Clock(), seed=seed).next_request_id() for _ in range(3)] for seed in ("a", "a", "b")]

    assert ids[0] == ids[1] != ids[2]
    emulator = Emulator(world, now=Clock())
    assert len({emulator.next_request_id() for _ in range(100)}) == 100


def test_head_is_counted_like_every_call(registry: Served) -> None:
    """Calls are recorded when they arrive, whatever they are answered."""
    registry.ask("HEAD", "/v2/x/manifests/v1")
    registry.emulator.faults.add(Status(status=500))
    registry.get("/scans/cheapi")

    assert list(registry.emulator.calls.counts().values()) == [1, 1]
