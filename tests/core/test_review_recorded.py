"""The recorded requests of a real API server: what has to be judged for each."""

from pathlib import Path

import msgspec
import pytest

from tests.builders import parsed
from tests.fakes import DEADLINE, FakeRegistry, gate
from webhook.core.reasons import Exempt
from webhook.core.response import render_review

FOLDER = Path(__file__).parents[1] / "data" / "admission-reviews"

SHOP = "cr.yandex/crpk28lsfu91rns28316/shop"
PAYMENTS = "cr.yandex/crpk28lsfu91rns28316/payments"
ONE = "@sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6"
TWO = "@sha256:9c3e1f2a4b5d6c7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7"
THREE = "@sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef"

JUDGED: dict[str, list[str]] = {
    "cronjob-create": [f"{PAYMENTS}/nightly{ONE}"],
    "daemonset-create": [f"{PAYMENTS}/agent{THREE}"],
    "deployment-create": [f"{SHOP}/api{ONE}"],
    "deployment-update-image": [f"{SHOP}/api{TWO}"],
    "job-create": [f"{PAYMENTS}/once{TWO}"],
    "pod-create-by-digest": [f"{SHOP}/api{ONE}"],
    "pod-create-by-replicaset": [f"{SHOP}/api{ONE}"],
    "pod-create-by-tag": [f"{SHOP}/api:1.4.2"],
    "pod-create-docker-hub-short-name": ["nginx"],
    "pod-create-dry-run": [f"{SHOP}/api{ONE}"],
    "pod-create-generate-name": [f"{SHOP}/api{ONE}"],
    "pod-create-image-volume": [f"{SHOP}/api{ONE}", f"{SHOP}/model{TWO}"],
    "pod-create-init-and-sidecar-containers": [
        f"{SHOP}/api{ONE}",
        f"{SHOP}/log{TWO}",
        f"{SHOP}/migrate{TWO}",
        f"{SHOP}/proxy{THREE}",
    ],
    "pod-ephemeral-container-added": [f"cr.yandex/crpk28lsfu91rns28316/tools/debug{TWO}"],
    "pod-update-image": [f"{SHOP}/api{THREE}"],
    "podtemplate-create": [f"{PAYMENTS}/x{ONE}"],
    "replicaset-create-by-deployment": [f"{SHOP}/api{ONE}"],
    "replicationcontroller-create": [f"{PAYMENTS}/legacy:v1"],
    "statefulset-create": [f"{PAYMENTS}/db{TWO}"],
}

EXEMPT: dict[str, Exempt] = {
    "deployment-scale-subresource": Exempt.SUBRESOURCE,
    "deployment-update-annotation-only": Exempt.NO_NEW_IMAGE,
    "pod-delete": Exempt.DELETION,
    "pod-status-subresource": Exempt.SUBRESOURCE,
    "pod-update-finalizer-added": Exempt.NO_NEW_IMAGE,
    "pod-update-label-only": Exempt.NO_NEW_IMAGE,
    "pod-update-while-terminating": Exempt.TERMINATING,
}

RECORDED = [*JUDGED, *EXEMPT]


def recorded(name: str) -> bytes:
    """Return a recorded request as it was sent."""
    return (FOLDER / f"{name}.json").read_bytes()


def test_every_recorded_request_is_tested() -> None:
    """A file that is added here is not forgotten below."""
    assert {file.stem for file in FOLDER.glob("*.json")} == set(RECORDED)


@pytest.mark.parametrize(("name", "images"), JUDGED.items())
def test_images_of_a_recorded_request_are_judged(name: str, images: list[str]) -> None:
    """Each image that the request brings into the cluster is judged, and no other."""
    task = parsed(recorded(name)).task

    assert not isinstance(task, Exempt)
    assert [image.text for image in task.images] == images


@pytest.mark.parametrize(("name", "reason"), EXEMPT.items())
def test_recorded_request_without_a_new_image_is_let_through(name: str, reason: Exempt) -> None:
    """Deletions, status, scale, finalizers and labels are never held up."""
    assert parsed(recorded(name)).task is reason


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_request_gets_a_well_formed_answer(name: str) -> None:
    """The answer is an AdmissionReview v1 with the uid of the request, a verdict, and never a patch."""
    review, sent = parsed(recorded(name)), msgspec.json.decode(recorded(name))
    task = review.task
    outcome = task if isinstance(task, Exempt) else gate(FakeRegistry()).decide(task.workload, task.images, DEADLINE)

    answer = render_review(review, outcome)

    assert (answer["apiVersion"], answer["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    assert answer["response"]["uid"] == sent["request"]["uid"]
    assert answer["response"]["allowed"] is (name in EXEMPT)
    assert "patch" not in answer["response"]
    assert "patchType" not in answer["response"]


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_request_says_who_asks(name: str) -> None:
    """User, object and dry run come out as they were sent."""
    request, sent = parsed(recorded(name)).request, msgspec.json.decode(recorded(name))["request"]

    assert (request.user, request.dry_run) == (sent["userInfo"]["username"], sent["dryRun"])
    assert (request.namespace, request.name) == (sent["namespace"], sent["name"])
    assert (request.operation, request.subresource) == (sent["operation"], sent.get("subResource", ""))
