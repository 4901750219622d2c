"""Values as messages of the API."""

from datetime import timedelta
from typing import Any

import pytest

from tests.emulator.serving import NOW, REGISTRY, one_image
from webhook.emulator.messages import image_message, registry_message, scan_message, vulnerability_message
from webhook.emulator.world import ScanStatus, World
from webhook.emulator.world_file import parse_world


def world(**image: Any) -> World:
    """Return the world of one image."""
    return parse_world(one_image(**image), now=NOW)


def test_a_finished_scan_has_a_time_and_its_counters_without_zeros() -> None:
    """Counters are text, and those that are 0 are not there."""
    scan = world().images[0].scans[0]

    assert scan_message(scan) == {
        "id": "cheapi",
        "imageId": "crpapi",
        "scannedAt": "2026-11-24T11:00:00Z",
        "status": "READY",
        "vulnerabilities": {"critical": "2", "low": "5"},
    }


def test_a_clean_scan_has_an_empty_message_of_counters() -> None:
    """Nothing found is `{}`."""
    assert scan_message(world(scans=[{}]).images[0].scans[0])["vulnerabilities"] == {}


@pytest.mark.parametrize("status", [status for status in ScanStatus if status is not ScanStatus.READY])
def test_a_scan_that_is_not_ready_has_neither_time_nor_counters(status: ScanStatus) -> None:
    """Only its state is told."""
    scan = world(scans=[{"id": "che1", "status": status.value, "vulnerabilities": {"high": 1}}]).images[0].scans[0]

    assert scan_message(scan) == {"id": "che1", "imageId": "crpapi", "status": status.value}


def test_a_vulnerability_has_its_package() -> None:
    """What has no fix has no `fixedBy`."""
    finding = {"name": "CVE-2026-8376", "severity": "CRITICAL", "package": "perl-base", "version": "5.40.1-6"}
    found = world(scans=[{"findings": [finding, finding | {"fixedBy": "5.40.2"}]}]).images[0].scans[0].findings

    assert vulnerability_message(found[0]) == {
        "severity": "CRITICAL",
        "package": {
            "name": "CVE-2026-8376",
            "link": "https://avd.aquasec.com/nvd/cve-2026-8376",
            "package": "perl-base",
            "source": "trivy",
            "version": "5.40.1-6",
            "origin": "os",
            "type": "debian",
        },
    }
    assert vulnerability_message(found[1])["package"]["fixedBy"] == "5.40.2"


def test_an_image_has_configuration_and_layers() -> None:
    """Sizes are text, and the compressed size is that of the layers."""
    image = image_message(world().images[0])

    assert (image["id"], image["name"], image["tags"]) == ("crpapi", f"{REGISTRY}/shop/api", ["v1"])
    assert image["compressedSize"] == str(sum(int(layer["size"]) for layer in image["layers"]))
    assert set(image["config"]) == {"id", "digest", "size"}


def test_an_index_has_neither() -> None:
    """What is missing from an index is not printed."""
    index = image_message(world(scans=[], tags=[], platforms=[{"platform": "linux/amd64"}]).images[0])

    assert set(index) == {"id", "name", "digest", "createdAt"}


def test_a_registry_is_active() -> None:
    """A registry has folder, name and state."""
    registry = world().registries[0]

    assert registry_message(registry) == {
        "id": REGISTRY,
        "folderId": registry.folder_id,
        "name": REGISTRY,
        "status": "ACTIVE",
        "createdAt": f"{NOW - timedelta(days=365):%Y-%m-%dT%H:%M:%SZ}",
    }
