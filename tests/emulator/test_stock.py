"""Scans that are asked for, and worlds that are replaced."""

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.serving import Clock, one_image
from webhook.emulator.status import Code, RefusedError
from webhook.emulator.stock import Stock
from webhook.emulator.world import Scan, ScanStatus, Severity, World
from webhook.emulator.world_file import parse_world


def stock(clock: Clock, *, behaviour: Any = None, **image: Any) -> Stock:
    """Return the stock of one image, `crpapi`."""
    world = one_image(**image) | {"behaviour": behaviour or {}}
    return Stock(parse_world(world, now=clock.at), clock)


def test_a_scan_that_is_asked_for_runs_and_ends() -> None:
    """It finds what the last one found, unless the world says what comes next."""
    clock = Clock()
    held = stock(clock)
    operation = held.start_scan("crpapi", "aje1")
    assert operation.scan_id is not None

    running = held.catalog.scan(operation.scan_id, clock.at)
    clock.advance(24)
    ended = held.catalog.scan(operation.scan_id, clock.at)

    assert running is not None
    assert running.status is ScanStatus.RUNNING
    assert ended is not None
    assert (ended.status, ended.counts[Severity.CRITICAL]) == (ScanStatus.READY, 2)
    assert held.operation(operation.id) == operation
    assert held.operation("none") is None


def test_the_next_scan_finds_what_the_world_says() -> None:
    """`nextScan` decides counters and outcome; without any scan before, nothing is found."""
    clock = Clock()
    told = stock(clock, nextScan={"status": "ERROR", "vulnerabilities": {"high": 4}})
    fresh = stock(clock, scans=[])
    scans = [held.start_scan("crpapi", "").scan_id or "" for held in (told, fresh)]
    clock.advance(24)
    failed, clean = told.catalog.scan(scans[0], clock.at), fresh.catalog.scan(scans[1], clock.at)

    assert failed is not None
    assert (failed.status, failed.counts[Severity.HIGH]) == (ScanStatus.ERROR, 4)
    assert clean is not None
    assert clean.counts == {}


def test_each_scan_has_an_id_of_its_own() -> None:
    """Scanning twice makes two scans."""
    held = stock(Clock())

    assert held.start_scan("crpapi", "").scan_id != held.start_scan("crpapi", "").scan_id


def test_too_many_scans_at_once_are_refused() -> None:
    """The limit is on scans that run at the same time."""
    clock = Clock()
    held = stock(clock, behaviour={"parallelScans": 1})
    held.start_scan("crpapi", "")

    with pytest.raises(RefusedError) as caught:
        held.start_scan("crpapi", "")
    assert caught.value.code is Code.RESOURCE_EXHAUSTED
    clock.advance(24)
    held.start_scan("crpapi", "")


def test_an_unknown_image_is_refused() -> None:
    """Nobody can scan what is not there."""
    with pytest.raises(RefusedError) as caught:
        stock(Clock()).start_scan("none", "")

    assert caught.value.code is Code.NOT_FOUND


def test_an_index_cannot_be_scanned_but_its_images_can() -> None:
    """The operation of an index fails with the words of the service."""
    platforms = [{"platform": "linux/amd64", "id": "crpchild"}, {"platform": "linux/arm64", "id": "crpother"}]
    held = stock(Clock(), scans=[], platforms=platforms)
    index = held.start_scan("crpapi", "")
    child = held.start_scan("crpchild", "")

    assert index.scan_id is None
    assert index.error == "Image media type is not supported: application/vnd.oci.image.index.v1+json"
    assert child.scan_id is not None
    assert [scan.id for scan in held.catalog.images["crpchild"].scans] == [child.scan_id]
    assert held.catalog.images["crpother"].scans == ()
    assert held.catalog.images["crpapi"].children[0].scans


def test_a_scan_can_be_added_to_an_image_that_is_there() -> None:
    """It is the newest at once; an unknown image is an error."""
    clock = Clock()
    held = stock(clock)
    at = clock.at - timedelta(minutes=1)
    scan = Scan(id="chenew", image_id="crpapi", status=ScanStatus.READY, started_at=at, scanned_at=at)
    held.add_scan(scan)

    assert held.catalog.last_scan("crpapi", clock.at) == scan
    with pytest.raises(KeyError):
        held.add_scan(Scan(id="x", image_id="none", status=ScanStatus.READY, started_at=at))


def test_scans_of_many_images_leave_the_others_alone() -> None:
    """Adding to one image changes no other."""
    clock = Clock()
    held = Stock(
        parse_world({"images": [{"name": "r/a", "id": "crpa"}, {"name": "r/b", "id": "crpb"}]}, now=clock.at), clock
    )
    before = held.catalog.images["crpb"]
    held.start_scan("crpa", "")

    assert held.catalog.images["crpb"] is before


def test_another_world_knows_nothing_of_the_operations_before() -> None:
    """Replacing the world forgets what was asked of the one before."""
    held = stock(Clock())
    operation = held.start_scan("crpapi", "")
    held.replace(World())

    assert held.operation(operation.id) is None
    assert held.catalog.images == {}
