"""What was said of one image never answers for another, and what goes wrong with one stays with it."""

from tests.gates import Gate
from tests.processes import Document
from tests.service.registry import Registry, uid_of
from tests.sockets import ScriptedServer, answer
from webhook.emulator.faults import Redirect, Status


def reason(server: Gate, review: Document) -> str:
    """Return the reason for the verdict on a review; answer and record must agree."""
    response = server.judge(review)
    record = server.record(uid_of(review))
    assert response["allowed"] is record["allowed"] is (record["reason"] == "within-limits")
    return str(record["reason"])


def test_annotation_is_no_way_around_what_is_remembered(server: Gate, world: Registry) -> None:
    """A clean image that was judged before lends its scan to no other, and the other spoils nothing for it."""
    clean, bad = world.app(), world.app(high=1)
    assert reason(server, clean.review()) == "within-limits"
    assert reason(server, bad.review(clean.scan_id)) == "mismatched"
    assert reason(server, bad.review()) == "over-limits"
    assert reason(server, clean.review()) == "within-limits"


def test_name_that_is_pointed_elsewhere_is_judged_anew(server: Gate, world: Registry) -> None:
    """The same pod with another digest is another question, though everything else about it is the same."""
    clean, bad = world.app(), world.app(critical=1)
    review = clean.review()
    assert reason(server, review) == "within-limits"
    again = clean.review()
    again["request"]["object"]["spec"]["containers"][0]["image"] = clean.reference.replace(clean.digest, bad.digest)
    assert reason(server, again) == "mismatched"


def test_trouble_with_one_image_is_told_of_that_image(server: Gate, world: Registry) -> None:
    """A pod of two images of which one cannot be looked up is refused for that one alone."""
    good, bad = world.app(), world.app()
    world.emulator.faults.add(Status(status=500, path=f"*/scans/{bad.scan_id}"))
    review = good.review()
    pod = review["request"]["object"]
    pod["spec"]["containers"].append({"name": "second", "image": bad.reference})
    pod["metadata"]["annotations"]["scan-result.scangate.dev/second"] = bad.scan_id
    response = server.judge(review)
    world.emulator.faults.clear()
    images = server.record(uid_of(review))["images"]
    found = {image["containers"][0]: image["reason"] for image in images}
    assert found == {"app": "within-limits", "second": "unavailable"}
    assert "container second" in response["status"]["message"]
    assert "container app" not in response["status"]["message"]


def test_redirect_carries_no_token_away(server: Gate, world: Registry) -> None:
    """A registry that sends the gate elsewhere is not obeyed: nobody there hears of it."""
    app = world.app()
    with ScriptedServer(answer(b"{}")) as elsewhere:
        world.emulator.faults.add(Redirect(location=f"{elsewhere.url}/container-registry/v1/scans/{app.scan_id}"))
        assert reason(server, app.review()) == "unreadable"
        world.emulator.faults.clear()
    assert elsewhere.connections == 0
