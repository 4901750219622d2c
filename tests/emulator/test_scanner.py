"""ScannerService and operations, over a socket."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.serving import API, REGISTRY, Served, one_image, served

FINDINGS = [
    {"name": "CVE-2026-2", "severity": "LOW", "package": "a"},
    {"name": "CVE-2026-1", "severity": "CRITICAL", "package": "a"},
    {"name": "CVE-2026-1", "severity": "CRITICAL", "package": "b"},
]


@pytest.fixture
def scanned() -> Iterator[Served]:
    """Serve an image with scans of every state, and an index."""
    scans = [
        {"id": "chenew", "scannedAt": "1h ago", "findings": FINDINGS},
        {"id": "cheold", "scannedAt": "2d ago"},
        {"id": "cherun", "status": "RUNNING"},
    ]
    index = {"name": f"{REGISTRY}/shop/web", "id": "crpweb", "platforms": [{"platform": "linux/amd64"}]}
    world = one_image(scans=scans)
    world["images"].append(index)
    with served(world) as running:
        yield running


def ids(reply: Any) -> list[str]:
    """Return the ids of scans in a list."""
    return [scan["id"] for scan in reply.json.get("scanResults", ())]


def test_get_returns_a_scan(registry: Served) -> None:
    """Scanner.Get answers in the gateway's form."""
    reply = registry.get("/scans/cheapi")

    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.body.startswith(b'{\n "id": "cheapi",\n "imageId": "crpapi"')
    assert reply.json["vulnerabilities"] == {"critical": "2", "low": "5"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/scans/none", 404, 5),
        ("/scans/" + "x" * 51, 400, 3),
        ("/scans/none:listVulnerabilities", 404, 5),
        ("/images/none:lastScanResult", 404, 5),
        ("/images/crpweb:lastScanResult", 404, 5),
        ("/scans", 400, 3),
        ("/scans?imageId=a&repositoryId=b", 400, 3),
        ('/scans?imageId=crpapi&filter=id="a"', 400, 3),
        ("/scans/chenew:listVulnerabilities?orderBy=name", 400, 3),
    ],
)
def test_what_is_not_there_or_wrong_is_refused(scanned: Served, path: str, status: int, code: int) -> None:
    """A google.rpc.Status with the request's id, and the code in a header."""
    reply = scanned.get(path)

    assert (reply.status, reply.json["code"], reply.headers["grpc-status"]) == (status, code, str(code))
    assert reply.json["details"][0]["requestId"] == reply.headers["x-request-id"]


def test_get_last_returns_the_scan_that_finished_last(scanned: Served) -> None:
    """A running one is not it."""
    assert scanned.get("/images/crpapi:lastScanResult").json["id"] == "chenew"


def test_list_returns_the_scans_of_an_image_or_a_repository(scanned: Served) -> None:
    """The newest comes first; the status can be chosen."""
    repository = scanned.get(f"/repositories/{REGISTRY}/shop/api:byName").json["id"]

    assert ids(scanned.get("/scans?imageId=crpapi")) == ["cherun", "chenew", "cheold"]
    assert ids(scanned.get(f"/scans?repositoryId={repository}")) == ["cherun", "chenew", "cheold"]
    assert ids(scanned.get('/scans?imageId=crpapi&filter=status%3D"READY"')) == ["chenew", "cheold"]
    assert ids(scanned.get("/scans?imageId=crpapi&orderBy=status")) == ["chenew", "cheold", "cherun"]
    assert scanned.get("/scans?imageId=none").body == b"{}\n"
    assert scanned.get("/scans?repositoryId=none").body == b"{}\n"


def test_list_has_pages(scanned: Served) -> None:
    """Tokens lead from page to page."""
    first = scanned.get("/scans?imageId=crpapi&pageSize=2")
    second = scanned.get(f"/scans?imageId=crpapi&pageSize=2&pageToken={first.json['nextPageToken']}")

    assert ids(first) + ids(second) == ["cherun", "chenew", "cheold"]
    assert "nextPageToken" not in second.json


def test_list_vulnerabilities_returns_the_worst_first(scanned: Served) -> None:
    """One CVE stands once for each package; severity or name can be chosen."""
    path = "/scans/chenew:listVulnerabilities"
    found = [(one["severity"], one["package"]["package"]) for one in scanned.get(path).json["vulnerabilities"]]

    assert found == [("CRITICAL", "a"), ("CRITICAL", "b"), ("LOW", "a")]
    assert len(scanned.get(f'{path}?filter=severity%3D"LOW"').json["vulnerabilities"]) == 1
    assert len(scanned.get(f'{path}?filter=name%3D"CVE-2026-1"').json["vulnerabilities"]) == 2
    assert scanned.get(f"{path}?orderBy=severity%20desc").json["vulnerabilities"][0]["severity"] == "LOW"


def test_list_vulnerabilities_has_pages(scanned: Served) -> None:
    """A CVE of many packages may stand on several pages; a scan that found nothing has one page without anything."""
    path, found, token = "/scans/chenew:listVulnerabilities?pageSize=2", [], ""
    for number in (2, 1):
        reply = scanned.get(path + token).json
        assert len(reply["vulnerabilities"]) == number
        found += [(one["package"]["name"], one["package"]["package"]) for one in reply["vulnerabilities"]]
        token = f"&pageToken={reply.get('nextPageToken')}"

    assert found == [("CVE-2026-1", "a"), ("CVE-2026-1", "b"), ("CVE-2026-2", "a")]
    assert token.endswith("None")
    assert scanned.get("/scans/cheold:listVulnerabilities").body == b"{}\n"
    assert scanned.get(path + "&pageToken=x").status == 400


def test_list_vulnerabilities_of_a_running_scan_is_empty() -> None:
    """What a scan will find is not known before it ends."""
    running = {"id": "cherun", "status": "RUNNING", "readyAfter": 10, "findings": FINDINGS}
    with served(one_image(scans=[running])) as registry:
        before = registry.get("/scans/cherun:listVulnerabilities").json
        registry.clock.advance(11)
        after = registry.get("/scans/cherun:listVulnerabilities").json

    assert before == {}
    assert len(after["vulnerabilities"]) == 3


def scan(registry: Served, body: str) -> Any:
    """Ask for a scan."""
    return registry.ask("POST", f"{API}/scans", body=body, headers={"Content-Type": "application/json"})


def test_scan_starts_an_operation_that_ends(registry: Served) -> None:
    """RUNNING at first; after its time READY, and the operation holds the result."""
    started = scan(registry, '{"imageId": "crpapi"}').json
    scan_id, path = started["metadata"]["scanResultId"], f"/operations/{started['id']}"
    running = registry.get(f"/scans/{scan_id}").json["status"]
    registry.clock.advance(24)
    ended = registry.ask("GET", path).json

    assert (started["done"], running) == (False, "RUNNING")
    assert (ended["done"], ended["response"]["id"], ended["modifiedAt"]) == (True, scan_id, "2026-11-24T12:00:24Z")
    assert registry.get("/images/crpapi:lastScanResult").json["id"] == scan_id


def test_a_scan_of_an_index_fails(scanned: Served) -> None:
    """The operation is done with an error, in the words of the service."""
    operation = scan(scanned, '{"imageId": "crpweb"}').json

    assert operation["done"] is True
    assert operation["error"] == {
        "code": 3,
        "message": "Image media type is not supported: application/vnd.oci.image.index.v1+json",
    }
    assert "response" not in operation


def test_a_scan_may_fail_later() -> None:
    """An ERROR at the end is an error of the operation as well."""
    with served(one_image(nextScan={"status": "ERROR"})) as registry:
        started = scan(registry, '{"imageId": "crpapi"}').json
        registry.clock.advance(24)

        assert registry.ask("GET", f"/operations/{started['id']}").json["error"]["message"] == "Scan failed"


@pytest.mark.parametrize("body", ["", "{}", '{"imageId": ""}', '{"imageId": 1}', '{"imageId": "%s"}' % ("x" * 51), "["])
def test_scan_needs_the_id_of_an_image(registry: Served, body: str) -> None:
    """Anything else is an invalid argument."""
    assert scan(registry, body).json["code"] == 3


def test_an_unknown_operation_is_not_found(registry: Served) -> None:
    """There are no operations but those that were started."""
    assert registry.ask("GET", "/operations/none").status == 404
