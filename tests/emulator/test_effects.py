"""What faults do to requests, over a socket."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import urllib3

from tests.emulator.serving import API, REGISTRY, SECONDS, Reply, Served
from webhook.emulator.faults import (
    Body,
    ExpiredToken,
    Fault,
    Hang,
    Html,
    Huge,
    Latency,
    PlainText,
    Redirect,
    Status,
    TamperedManifest,
)
from webhook.emulator.ids import digest_of

MANIFEST = f"/v2/{REGISTRY}/shop/api/manifests/v1"


def scan_with(registry: Served, *faults: Fault) -> Reply:
    """Return the answer to one request for a scan while faults are on."""
    registry.emulator.faults.add(*faults)
    return registry.get("/scans/cheapi")


def seconds_of(ask: Callable[[], Any]) -> float:
    """Return how long something takes."""
    start = time.monotonic()
    ask()
    return time.monotonic() - start


def test_latency_delays_the_right_answer(registry: Served) -> None:
    """The answer is the same, but later."""
    right = registry.get("/scans/cheapi").body
    taken = seconds_of(lambda: scan_with(registry, Latency(seconds=0.2)))

    assert 0.2 <= taken < SECONDS
    assert registry.get("/scans/cheapi").body == right


def test_latency_does_not_put_requests_in_a_row(registry: Served) -> None:
    """Twenty requests at once wait no longer than a few would one after another."""
    registry.emulator.faults.add(Latency(seconds=2))  # in which a slow machine, too, has begun with all of them
    with urllib3.PoolManager(maxsize=20) as pool, ThreadPoolExecutor(20) as crew:
        url, headers = f"{registry.url}{API}/scans/cheapi", {"Authorization": "Bearer x"}
        taken = seconds_of(lambda: list(crew.map(lambda _: pool.request("GET", url, headers=headers), range(20))))

    assert taken < 20 * 2 / 2
    assert registry.emulator.calls.peak == 20


@pytest.mark.parametrize("hang", [Hang(), Hang(times=1), Latency(seconds=3600)])
def test_who_hangs_is_let_go_when_the_fault_is_cleared(registry: Served, hang: Fault) -> None:
    """Until then there is no answer; then the right one."""
    replies: list[Reply] = []
    registry.emulator.faults.add(hang)
    thread = threading.Thread(target=lambda: replies.append(registry.get("/scans/cheapi")))
    thread.start()
    thread.join(0.2)
    waiting = thread.is_alive()
    registry.emulator.faults.clear()
    thread.join(SECONDS)

    assert waiting
    assert [reply.status for reply in replies] == [200]


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "begin"),
    [
        (Html(), 200, "text/html", b"<html>"),
        (Html(status=502, text="<p>"), 502, "text/html", b"<p>"),
        (PlainText(), 408, "text/plain", b"stream timeout\nrequest-id: "),
        (PlainText(status=504), 504, "text/plain", b"stream timeout\nrequest-id: "),
        (Body(text='{"a": 1, "a": 2}'), 200, "application/json", b'{"a": 1, "a": 2}'),
        (Body(text="\udc80", status=500), 500, "application/json", b"\xed\xb2\x80"),
        (Status(status=503), 503, "application/json", b'{\n "code": 14,\n "message": "emulated failure"'),
        (Status(status=429, message="slow down"), 429, "application/json", b'{\n "code": 8,\n "message": "slow down"'),
    ],
)
def test_a_fault_answers_in_the_place_of_the_service(
    registry: Served, fault: Fault, status: int, content_type: str, begin: bytes
) -> None:
    """Status, type and body are the fault's."""
    reply = scan_with(registry, fault)

    assert (reply.status, reply.headers["content-type"]) == (status, content_type)
    assert reply.body.startswith(begin)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500, 501, 502, 503, 504])
def test_any_status_can_be_answered(registry: Served, status: int) -> None:
    """With a google.rpc.Status body, and a Retry-After where one is given."""
    reply = scan_with(registry, Status(status=status, retry_after=7))

    assert (reply.status, reply.headers["Retry-After"]) == (status, "7")
    assert reply.json["details"][0]["requestId"] == reply.headers["x-request-id"]


def test_the_first_fault_that_answers_counts(registry: Served) -> None:
    """Two answers cannot be sent."""
    assert scan_with(registry, Status(status=500), Status(status=503)).status == 500


def test_a_huge_body_is_as_large_as_it_says(registry: Served) -> None:
    """One JSON object, of exactly so many MiB."""
    reply = scan_with(registry, Huge(mebibytes=3))

    assert len(reply.body) == 3 * 1024 * 1024
    assert json.loads(reply.body).keys() == {"padding"}


def test_a_redirect_leads_elsewhere(registry: Served) -> None:
    """Without a body."""
    reply = scan_with(registry, Redirect(location="http://127.0.0.1:1/x", status=307))

    assert (reply.status, reply.headers["Location"], reply.body) == (307, "http://127.0.0.1:1/x", b"")


def test_an_expired_token_is_refused_in_the_services_own_way(registry: Served) -> None:
    """A Status of the gateway, an error of the distribution API."""
    assert scan_with(registry, ExpiredToken()).json["code"] == 16
    assert registry.ask("GET", MANIFEST).json["errors"][0]["code"] == "UNAUTHORIZED"


def test_a_tampered_manifest_is_not_what_its_digest_says(registry: Served) -> None:
    """The header stays; other answers are left alone."""
    registry.emulator.faults.add(TamperedManifest())
    reply = registry.ask("GET", MANIFEST)

    assert digest_of(reply.body) != reply.headers["Docker-Content-Digest"]
    assert int(reply.headers["Content-Length"]) == len(reply.body)
    assert registry.ask("GET", "/v2/").body == b"{}\n"
