"""The world at a moment."""

from datetime import timedelta
from typing import Any

from tests.emulator.serving import NOW, one_image
from webhook.emulator.catalog import Catalog
from webhook.emulator.world_file import parse_world


def catalog(*scans: dict[str, Any], **behaviour: Any) -> Catalog:
    """Return the catalog of one image, `crpapi`, with these scans."""
    return Catalog(parse_world(one_image(scans=list(scans)) | {"behaviour": behaviour}, now=NOW))


def kept(index: Catalog, days: float = 0) -> list[str]:
    """Return the ids of the scans that are there, so many days from now."""
    return [scan.id for scan in index.scans_of("crpapi", NOW + timedelta(days=days))]


DAILY = [{"id": f"che{day}", "scannedAt": f"{day}d ago"} for day in (1, 2, 3, 4, 40)]


def test_the_three_newest_successful_scans_of_a_month_are_kept() -> None:
    """The fourth is gone, and so is one of an earlier month."""
    index = catalog(*DAILY)

    assert kept(index) == ["che1", "che2", "che3"]
    assert index.scan("che3", NOW) is not None
    assert index.scan("che4", NOW) is None


def test_the_newest_scan_is_kept_where_none_is_younger_than_a_month() -> None:
    """An image that is not scanned any more keeps its last scan."""
    assert kept(catalog(*DAILY), days=28.5) == ["che1"]
    assert kept(catalog(*DAILY), days=365) == ["che1"]


def test_retention_can_be_switched() -> None:
    """Fewer, more days, or all of them."""
    assert kept(catalog(*DAILY, keepScans=1)) == ["che1"]
    assert kept(catalog(*DAILY, keepScans=9, keepDays=41)) == ["che1", "che2", "che3", "che4", "che40"]
    assert kept(catalog(*DAILY, keepScans="all")) == ["che1", "che2", "che3", "che4", "che40"]


def test_failed_and_running_scans_do_not_push_others_out() -> None:
    """Only successful scans are counted."""
    failed = [{"id": f"chee{hour}", "status": "ERROR", "scannedAt": f"{hour}h ago"} for hour in (1, 2, 3)]
    index = catalog(*DAILY, *failed, {"id": "cher", "status": "RUNNING"})

    assert kept(index) == ["cher", "chee1", "chee2", "chee3", "che1", "che2", "che3"]


def test_the_last_scan_is_the_one_that_finished_last() -> None:
    """A running one is not it; a failed one is, or not, as the world says."""
    scans = ({"id": "che1"}, {"id": "chee", "status": "ERROR", "scannedAt": "5m ago"}, {"status": "RUNNING"})
    last = catalog(*scans).last_scan("crpapi", NOW)
    last_good = catalog(*scans, lastScanCountsErrors=False).last_scan("crpapi", NOW)

    assert last is not None
    assert last.id == "chee"
    assert last_good is not None
    assert last_good.id == "che1"
    assert catalog().last_scan("crpapi", NOW) is None


def test_a_running_scan_is_counted_until_it_ends() -> None:
    """Scans that run for ever are nobody's fault and do not count."""
    index = catalog({"status": "RUNNING", "readyAfter": 10}, {"status": "RUNNING"})

    assert index.running(NOW) == 1
    assert index.running(NOW + timedelta(seconds=10)) == 0


def test_images_of_an_index_may_be_hidden() -> None:
    """They are images of the API, or known by digest alone."""
    world = one_image(scans=[], platforms=[{"platform": "linux/amd64", "id": "crpchild", "scans": [{"id": "che1"}]}])
    shown = Catalog(parse_world(world, now=NOW))
    hidden = Catalog(parse_world(world | {"behaviour": {"childImages": False}}, now=NOW))
    child = shown.images["crpchild"]

    assert shown.scan("che1", NOW) is not None
    assert hidden.images.keys() == {"crpapi"}
    assert hidden.scan("che1", NOW) is None
    assert hidden.by_digest[child.name, child.digest] == child


def test_images_are_found_by_repository_tag_and_digest() -> None:
    """Every way of naming an image leads to it."""
    index = catalog({})
    image = index.images["crpapi"]

    assert index.by_tag[image.name, "v1"] == index.by_digest[image.name, image.digest] == image
    assert index.repository(image.name) == (image,)
    assert index.repository("crp1/none") == ()
    assert list(index.repositories.values()) == [image.name]
