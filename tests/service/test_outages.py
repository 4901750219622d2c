"""A registry on a bad day: each trouble is a prompt denial that says what is wrong, and a record."""

import time

import pytest

from tests.gates import Gate
from tests.processes import Document
from tests.service.registry import Registry, uid_of
from webhook.emulator import faults
from webhook.emulator.faults import Fault

TIMEOUT_SECONDS = 3
"""What the API server is said to wait."""

SCANS = "GET */scans/*"

FAULTS: list[tuple[str, Fault, str, str]] = [
    ("hang", faults.Hang(path=SCANS), "unavailable", "in time|before the deadline"),
    ("reset", faults.Reset(path=SCANS), "unavailable", "broke the connection off"),
    ("close", faults.Close(path=SCANS), "unavailable", "broke the connection off"),
    ("half a body", faults.HalfBody(path=SCANS), "unavailable", "broke the connection off"),
    ("drip", faults.Drip(path=SCANS, seconds=1.0), "unavailable", "in time|before the deadline"),
    ("html", faults.Html(path=SCANS), "unreadable", "not JSON"),
    ("html error", faults.Html(path=SCANS, status=502), "unavailable", "answered 502"),
    ("plain text", faults.PlainText(path=SCANS), "unavailable", "answered 408"),
    ("401", faults.Status(path=SCANS, status=401), "unauthorized", "refuses the gate's IAM token"),
    ("403", faults.Status(path=SCANS, status=403), "unauthorized", "refused the gate's credentials with 403"),
    ("404", faults.Status(status=404), "gone", "has no scan"),
    ("400", faults.Status(status=400), "gone", "has no scan"),
    ("429", faults.Status(path=SCANS, status=429, retry_after=60), "unavailable", "answered 429"),
    ("500", faults.Status(path=SCANS, status=500), "unavailable", "answered 500"),
    ("503", faults.Status(path=SCANS, status=503), "unavailable", "answered 503"),
    ("redirect", faults.Redirect(path=SCANS, location="http://127.0.0.1:9/"), "unreadable", "answered 302"),
    ("huge", faults.Huge(path=SCANS, mebibytes=2), "unreadable", "larger than"),
    ("deep", faults.Body(path=SCANS, text="[" * 100_000), "unreadable", "not JSON"),
    ("double key", faults.Body(path=SCANS, text='{"id": "a", "id": "b"}'), "unreadable", "not JSON"),
    ("array", faults.Body(path=SCANS, text="[]"), "unreadable", "the scan result"),
]


def refused_in_time(server: Gate, review: Document) -> Document:
    """Return the status of a denial, which must come before the API server gives up, and be recorded."""
    began = time.monotonic()
    response = server.judge(review, timeout=f"{TIMEOUT_SECONDS}s")
    assert time.monotonic() - began < TIMEOUT_SECONDS
    assert response["allowed"] is False
    record = server.record(uid_of(review))
    assert (record["decision"], record["allowed"]) == ("deny", False)
    status = response["status"]
    assert isinstance(status, dict)
    return status


def recovers(server: Gate, world: Registry) -> bool:
    """Wait until a new image is admitted: a registry that failed is left alone for a moment."""
    for _ in range(100):
        if server.judge(world.app().review())["allowed"]:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(("fault", "reason", "cause"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_each_trouble_is_a_denial_that_says_so(
    server: Gate, world: Registry, fault: Fault, reason: str, cause: str
) -> None:
    """Refused within the deadline, for a reason that a person can act on, with a record; and nothing lasts."""
    app = world.app()
    world.emulator.faults.add(fault)
    status = refused_in_time(server, app.review())
    assert [cause["reason"] for cause in status["details"]["causes"]] == [reason]
    assert any(part in status["message"] for part in cause.split("|")), status["message"]
    assert status["code"] == (503 if reason == "unavailable" else 403)

    world.emulator.faults.clear()
    assert recovers(server, world)


def test_what_is_remembered_still_answers(server: Gate, world: Registry) -> None:
    """An image that was judged before is admitted while the registry is down."""
    app = world.app()
    assert server.judge(app.review())["allowed"] is True
    world.emulator.faults.add(faults.Close())
    again = app.review()
    assert server.judge(again)["allowed"] is True
    assert server.record(uid_of(again))["images"][0]["cached"] is True
    world.emulator.faults.clear()
