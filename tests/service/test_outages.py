"""Whatever the registry does, the answer is a denial in time that tells the cause, and a record of it."""

import time

import pytest

from tests.gates import Gate
from tests.service.registry import Registry, uid_of
from tests.sockets import ScriptedServer, answer
from webhook.emulator.faults import (
    Body,
    Close,
    Drip,
    ExpiredToken,
    Fault,
    HalfBody,
    Hang,
    Html,
    Huge,
    Latency,
    PlainText,
    Redirect,
    Reset,
    Status,
)

TIMEOUT_SECONDS = 3
"""What the API server gives the gate here."""

BROKEN = "broke the connection off"
SLOW = "did not answer"

FAULTS = [
    pytest.param(Hang(), "unavailable", SLOW, id="hang"),
    pytest.param(Latency(seconds=60), "unavailable", SLOW, id="a minute late"),
    pytest.param(Drip(seconds=0.1), "unavailable", "did not", id="drip"),
    pytest.param(Reset(), "unavailable", BROKEN, id="reset"),
    pytest.param(Close(), "unavailable", BROKEN, id="close"),
    pytest.param(HalfBody(), "unavailable", BROKEN, id="half a body"),
    pytest.param(PlainText(), "unavailable", "answered 408", id="408 in plain text"),
    pytest.param(Status(status=429), "unavailable", "answered 429: emulated failure", id="429"),
    pytest.param(Status(status=429, retry_after=60), "unavailable", "answered 429", id="429 for a minute"),
    pytest.param(Status(status=500), "unavailable", "answered 500: emulated failure", id="500"),
    pytest.param(Status(status=503), "unavailable", "answered 503: emulated failure", id="503"),
    pytest.param(Html(status=502), "unavailable", "answered 502", id="502 as a web page"),
    pytest.param(Status(status=401), "unauthorized", "refused the gate's credentials with 401", id="401"),
    pytest.param(ExpiredToken(), "unauthorized", "refused the gate's credentials with 401", id="expired token"),
    pytest.param(Status(status=403), "unauthorized", "refused the gate's credentials with 403", id="403"),
    pytest.param(Status(status=404), "missing", "the registry has no", id="404"),
    pytest.param(Html(status=404), "unreadable", "not the registry's API answered 404", id="404 as a web page"),
    pytest.param(Html(), "unreadable", "not JSON", id="web page"),
    pytest.param(Body(text='{"status": "READY"'), "unreadable", "not JSON", id="half a document"),
    pytest.param(Body(text="[]"), "unreadable", "the registry gave []", id="list"),
    pytest.param(Body(text="{}"), "unreadable", "the registry gave None for id", id="empty object"),
    pytest.param(Huge(mebibytes=2), "unreadable", "larger than", id="huge"),
    pytest.param(Status(status=418), "unreadable", "answered 418", id="418"),
]


def denied(server: Gate, document: dict[str, object]) -> tuple[str, str]:
    """Return reason and message of a denial, which must come before the API server gives up."""
    started = time.monotonic()
    response = server.judge(document, f"{TIMEOUT_SECONDS}s")
    assert time.monotonic() - started < TIMEOUT_SECONDS
    assert response["allowed"] is False
    record = server.record(uid_of(document))
    assert (record["allowed"], record["decision"]) == (False, "deny")
    assert response["status"]["code"] == (503 if record["reason"] == "unavailable" else 403)
    assert record["images"][0]["message"] in response["status"]["message"]
    return record["reason"], response["status"]["message"]


@pytest.fixture(autouse=True)
def _mended(server: Gate, world: Registry) -> None:
    """Begin with a registry that is in order, and seen to be: new images are admitted, one after another."""
    world.emulator.faults.clear()
    for app in [world.app() for _ in range(4)]:
        assert server.judge(app.review())["allowed"]


@pytest.mark.parametrize(("fault", "reason", "said"), FAULTS)
def test_registry_in_trouble(server: Gate, world: Registry, fault: Fault, reason: str, said: str) -> None:
    """Each kind of trouble is a denial within the API server's time that names it, and a record."""
    known, new = world.app(), world.app()
    assert server.judge(known.review())["allowed"]
    world.emulator.faults.add(fault)
    found, message = denied(server, new.review())
    assert found == reason
    assert said in message
    assert server.judge(known.review())["allowed"], "what is known already needs no registry"


def test_redirect_carries_no_token_away(server: Gate, world: Registry) -> None:
    """A registry that sends the gate elsewhere is not obeyed: nobody there hears of it."""
    app = world.app()
    with ScriptedServer(answer(b"{}")) as elsewhere:
        world.emulator.faults.add(Redirect(location=f"{elsewhere.url}/container-registry/v1/scans/x"))
        assert denied(server, app.review())[0] == "unreadable"
    assert elsewhere.connections == 0


def test_trouble_with_one_image_is_told_of_that_image(server: Gate, world: Registry) -> None:
    """A pod of two images of which one cannot be looked up is refused for that one."""
    good, bad = world.app(), world.app()
    world.emulator.faults.add(Status(status=500, path=f"*/scans/{bad.scan_id}"))
    document = good.review()
    containers = document["request"]["object"]["spec"]["containers"]
    containers.append({"name": "second", "image": bad.reference})
    document["request"]["object"]["metadata"]["annotations"]["scan-result.scangate.dev/second"] = bad.scan_id
    response = server.judge(document)
    images = server.record(uid_of(document))["images"]
    assert {image["containers"][0]: image["reason"] for image in images} == {
        "app": "within-limits",
        "second": "unavailable",
    }
    assert "container second" in response["status"]["message"]
    assert "container app" not in response["status"]["message"]
