"""The Container Registry API: what is sent, and what each answer means."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import DIGEST, IMAGE_ID, SCAN_ID
from tests.wire import BASE, DEADLINE, IMAGE, SCAN, Wire, registry, reply
from webhook.adapters.container_registry import ContainerRegistry

CALLS: list[tuple[str, Callable[[ContainerRegistry], Any], str, str]] = [
    ("scan", lambda api: api.scan(SCAN_ID, DEADLINE), "GET", f"{BASE}/scans/{SCAN_ID}"),
    ("latest", lambda api: api.latest(IMAGE_ID, DEADLINE), "GET", f"{BASE}/images/{IMAGE_ID}:lastScanResult"),
    ("image", lambda api: api.image(IMAGE_ID, DEADLINE), "GET", f"{BASE}/images/{IMAGE_ID}"),
]


@pytest.mark.parametrize(("name", "call", "method", "url"), CALLS, ids=[row[0] for row in CALLS])
def test_each_call_goes_where_the_api_has_it(
    name: str, call: Callable[[ContainerRegistry], Any], method: str, url: str
) -> None:
    """Method, path and token are those of the API's definition."""
    wire = Wire(reply(IMAGE if name == "image" else SCAN))
    call(registry(wire))
    [(sent_method, sent_url, headers, body)] = wire.sent
    assert (sent_method, sent_url) == (method, url)
    assert headers["Authorization"] == "Bearer t1.0"
    assert body is None


def test_answers_become_values() -> None:
    """A scan result and an image are read into what the gate decides with."""
    scan = registry(Wire(reply(SCAN | {"vulnerabilities": {"high": "4"}}))).scan(SCAN_ID, DEADLINE)
    assert (scan.id, scan.image_id, scan.status, scan.counts and scan.counts.high) == (SCAN_ID, IMAGE_ID, "READY", 4)
    image = registry(Wire(reply(IMAGE))).image(IMAGE_ID, DEADLINE)
    assert (image.id, image.digest) == (IMAGE_ID, DIGEST)
