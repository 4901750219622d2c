"""The history of an image, from the real emulator over a socket."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.adapters.test_listing_served import client
from tests.emulator.serving import one_image, served
from tests.http_calls import in_time
from webhook.core.lookup import ImageId
from webhook.emulator.faults import Fault, PageSizeOne, RepeatPageToken, Replace, Status
from webhook.errors import LookupFailed, Unavailable, Unreadable

SCANS = [
    {"id": "cheold", "scannedAt": "3d ago", "vulnerabilities": {"low": 1}},
    {"id": "cherun", "status": "RUNNING"},
    {"id": "chenew", "scannedAt": "1h ago", "vulnerabilities": {"critical": 1}},
    {"id": "chebad", "status": "ERROR", "scannedAt": "2h ago"},
    {"id": "chemid", "scannedAt": "2d ago"},
    {"id": "chegone", "scannedAt": "4d ago"},
]


def history(*faults: Fault, image: str = "crpapi") -> list[str]:
    """Return the ids of the scans of an image."""
    with served(one_image(scans=SCANS)) as running, in_time() as deadline:
        running.emulator.faults.add(*faults)
        return [scan.id for scan in client(running).history(ImageId(image), deadline)]


@pytest.mark.parametrize("faults", [[], [PageSizeOne()], [PageSizeOne(), Status(status=503, every=2)]])
def test_history_is_what_the_registry_keeps(faults: list[Fault]) -> None:
    """The finished scans that are kept, three by default, the newest first, on however many pages."""
    assert history(*faults) == ["chenew", "chemid", "cheold"]


def test_image_without_scans_has_no_history() -> None:
    """Nothing is what there is, and no failure."""
    assert history(image="crpnone") == []


READY = {"id": "che1", "imageId": "crpapi", "status": "READY", "scannedAt": "2026-11-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (RepeatPageToken(), Unreadable),
        (Status(status=500), Unavailable),
        (Replace(field="scanResults", value=[READY, READY | {"imageId": "crpother"}]), Unreadable),
        (Replace(field="scanResults", value=[READY, READY | {"scannedAt": None}]), Unreadable),
        (Replace(field="scanResults", value=[READY | {"id": f"che{number}"} for number in range(1001)]), Unreadable),
    ],
)
def test_history_is_whole_or_not_at_all(fault: Fault, failure: type[LookupFailed]) -> None:
    """Half of it might show a finding younger than it is."""
    with pytest.raises(failure):
        history(fault)


def test_history_is_filtered_again_here() -> None:
    """A service that knows no filter gives more than is asked for."""
    others: list[Mapping[str, Any]] = [READY | {"status": status} for status in ("RUNNING", "ERROR", "QUEUED")]

    assert history(Replace(field="scanResults", value=[*others, READY])) == ["che1"]
