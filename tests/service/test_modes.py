"""What each mode makes of the same image, as an API server sees it."""

from collections.abc import Iterator

import pytest

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import Document, eventually
from tests.service.registry import Registry, asked, uid_of
from webhook.emulator.faults import Status

MAX_WARNING_CHARACTERS = 120
"""What the documentation of admission webhooks asks for."""


@pytest.fixture(scope="module", params=["enforce", "warn", "audit"])
def mode(request: pytest.FixtureRequest) -> str:
    """Each mode in turn."""
    return str(request.param)


@pytest.fixture(scope="module")
def server(
    mode: str, world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gate]:
    """A gate in that mode."""
    setup = Setup(registry=world.url, rule={"mode": mode})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


def judged(server: Gate, mode: str, document: Document) -> Document:
    """Return the response to a review that is refused where the mode enforces; its record must say so."""
    response = server.judge(document)
    record = server.record(uid_of(document))
    assert (record["decision"], record["mode"]) == ("deny", mode)
    assert record["allowed"] is response["allowed"] is (mode != "enforce")
    assert response["auditAnnotations"]["decision"] == "deny"
    assert response["auditAnnotations"]["mode"] == mode
    assert ("status" in response) is (mode == "enforce")
    assert ("warnings" in response) is (mode == "warn")
    assert all(len(warning) <= MAX_WARNING_CHARACTERS for warning in response.get("warnings", []))
    return response


def test_image_over_its_limits(server: Gate, mode: str, world: Registry) -> None:
    """Enforced it is a 403 that names count and limit; else it is admitted, with a warning or in silence."""
    response = judged(server, mode, world.app(critical=7, high=1).review())
    if mode == "enforce":
        assert (response["status"]["code"], response["status"]["reason"]) == (403, "Forbidden")
        assert "7 critical (limit 0), 1 high (limit 0)" in response["status"]["message"]
    if mode == "warn":
        assert "container app: over-limits: 7 critical" in response["warnings"][0]


def test_registry_that_is_out_of_order(server: Gate, mode: str, world: Registry) -> None:
    """Enforced it is a 503, so that clients can tell it from what is forbidden."""
    app = world.app()
    world.emulator.faults.add(Status(status=500))
    response = judged(server, mode, app.review())
    world.emulator.faults.clear()
    # So many failures may have the gate leave the registry alone for a moment, and other tests refused.
    eventually(lambda: server.judge(world.app().review())["auditAnnotations"]["decision"] == "allow")
    if mode == "enforce":
        assert (response["status"]["code"], response["status"]["reason"]) == (503, "ServiceUnavailable")


def test_clean_image_is_admitted_without_a_word(server: Gate, world: Registry) -> None:
    """In every mode a clean image passes, with neither status nor warning."""
    response = server.judge(world.app(medium=3).review())
    assert response["allowed"] is True, response
    assert response.keys() == {"uid", "allowed", "auditAnnotations"}


def test_many_images_with_long_names(server: Gate, mode: str) -> None:
    """However many images with however long names there are, each warning stays short, and all are recorded."""
    document = asked(pod(*(f"registry.example/{'x' * 200}/{number}:latest" for number in range(60))))
    response = judged(server, mode, document)
    assert len(server.record(uid_of(document))["images"]) == 60
    if mode == "warn":
        assert sum(map(len, response["warnings"])) <= 4096
