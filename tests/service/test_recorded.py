"""Every recorded request of a real API server, sent to the running gate."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.stack import GateProcess, running_emulator, running_gate
from tests.service.worlds import world

RECORDED = sorted((Path(__file__).parents[1] / "data" / "admission-reviews").glob("*.json"))

ADMITTED = {
    "deployment-scale-subresource",
    "deployment-update-annotation-only",
    "pod-delete",
    "pod-status-subresource",
    "pod-update-finalizer-added",
    "pod-update-label-only",
    "pod-update-while-terminating",
}
"""Nothing is brought in by these."""

CLEAN = {
    "deployment-create",
    "pod-create-by-digest",
    "pod-create-by-replicaset",
    "pod-create-dry-run",
    "pod-create-generate-name",
    "replicaset-create-by-deployment",
}
"""These bring in the clean image alone, named by an annotation or found in the registry."""


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GateProcess]:
    """Run the gate before a registry of three images."""
    with running_emulator(world()) as (_, url), running_gate(tmp_path_factory.mktemp("gate"), url) as process:
        yield process


def test_requests_were_recorded() -> None:
    """The table below is not empty, and names no file that is not there."""
    assert len(RECORDED) >= 26
    assert {file.stem for file in RECORDED}.issuperset(ADMITTED | CLEAN)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: file.stem)
def test_a_recorded_request_gets_its_verdict(gate: GateProcess, file: Path) -> None:
    """Each gets a well-formed review with its uid, and the verdict that its images deserve."""
    body = file.read_bytes()
    uid = json.loads(body)["request"]["uid"]

    answer = gate.post(body)

    assert answer.status == 200
    assert (answer.document["apiVersion"], answer.document["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    assert answer.response["uid"] == uid
    assert "patch" not in answer.response
    assert answer.allowed == (file.stem in ADMITTED | CLEAN)
    assert answer.allowed or answer.response["status"]["code"] == 403
    [record] = gate.records(uid)
    assert record["allowed"] == answer.allowed


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("pod-ephemeral-container-added", "ephemeral container debugger"),
        ("pod-create-image-volume", "volume model"),
        ("pod-create-init-and-sidecar-containers", "init container migrate"),
    ],
)
def test_every_place_of_an_image_is_judged(gate: GateProcess, name: str, place: str) -> None:
    """A debug container, an image volume and an init container are refused like any other."""
    [file] = [file for file in RECORDED if file.stem == name]
    assert place.rpartition(" ")[0] in gate.post(file.read_bytes()).message
