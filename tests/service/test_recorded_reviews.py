"""Every request that a real API server sent, sent again to the running gate."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.registry import REGISTRY_ID, registry

RECORDED = Path(__file__).parents[1] / "data" / "admission-reviews"

FIRST = "sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6"
SECOND = "sha256:9c3e1f2a4b5d6c7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7"
THIRD = "sha256:0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef"

CLEAN = [
    ("payments/agent", THIRD),
    ("payments/db", SECOND),
    ("payments/nightly", FIRST),
    ("payments/once", SECOND),
    ("payments/x", FIRST),
    ("shop/api", SECOND),
    ("shop/api", THIRD),
    ("shop/log", SECOND),
    ("shop/migrate", SECOND),
    ("shop/proxy", THIRD),
]
"""Images of the recorded requests. The annotation that some of them carry names the scan of shop/api, the first."""

IMAGES = [
    *({"name": f"{REGISTRY_ID}/{name}", "digest": digest, "scans": [{}]} for name, digest in CLEAN),
    {"name": f"{REGISTRY_ID}/shop/api", "digest": FIRST, "scans": [{"id": "chekj4ni0dhr1vdqp9rl"}]},
    {"name": f"{REGISTRY_ID}/shop/model", "digest": SECOND, "scans": [{"vulnerabilities": {"critical": 1}}]},
    {"name": f"{REGISTRY_ID}/tools/debug", "digest": SECOND, "scans": [{"vulnerabilities": {"high": 2}}]},
]

ADMITTED = {
    "cronjob-create": "within-limits",
    "daemonset-create": "within-limits",
    "deployment-create": "within-limits",
    "deployment-scale-subresource": "subresource-without-images",
    "deployment-update-annotation-only": "no-new-image",
    "job-create": "within-limits",
    "pod-create-by-digest": "within-limits",
    "pod-create-by-replicaset": "within-limits",
    "pod-create-dry-run": "within-limits",
    "pod-create-generate-name": "within-limits",
    "pod-create-init-and-sidecar-containers": "within-limits",
    "pod-delete": "deletion",
    "pod-status-subresource": "subresource-without-images",
    "pod-update-finalizer-added": "no-new-image",
    "pod-update-label-only": "no-new-image",
    "pod-update-while-terminating": "terminating",
    "podtemplate-create": "within-limits",
    "replicaset-create-by-deployment": "within-limits",
    "statefulset-create": "within-limits",
}

REFUSED = {
    "deployment-update-image": "mismatched",
    "pod-create-by-tag": "unpinned",
    "pod-create-docker-hub-short-name": "unpinned",
    "pod-create-image-volume": "over-limits",
    "pod-ephemeral-container-added": "over-limits",
    "pod-update-image": "mismatched",
    "replicationcontroller-create": "unpinned",
}


@pytest.fixture(scope="module")
def server(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate before a registry that holds the images of the recorded requests."""
    with (
        registry(*IMAGES) as served,
        gate(tmp_path_factory.mktemp("gate"), authority, Setup(registry=served.url)) as running,
    ):
        yield running


def test_every_recorded_request_is_expected() -> None:
    """No recorded request is left out here."""
    assert {file.stem for file in RECORDED.glob("*.json")} == ADMITTED.keys() | REFUSED.keys()


@pytest.mark.parametrize(("name", "reason"), (ADMITTED | REFUSED).items())
def test_recorded_request(server: Gate, name: str, reason: str) -> None:
    """The answer is an AdmissionReview with the request's uid and the right verdict, and a record says the same."""
    body = (RECORDED / f"{name}.json").read_bytes()
    uid = json.loads(body)["request"]["uid"]
    response = server.post(body).response
    assert response["uid"] == uid
    assert response["allowed"] is (name in ADMITTED)
    assert "patch" not in response
    assert ("status" in response) is not response["allowed"]
    record = server.record(uid)
    assert (record["reason"], record["allowed"]) == (reason, response["allowed"])


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("pod-ephemeral-container-added", "ephemeral container debugger-s5kcp"),
        ("pod-create-image-volume", "volume model"),
    ],
)
def test_images_in_uncommon_places_are_named(server: Gate, name: str, place: str) -> None:
    """An ephemeral container and an image volume are judged like every other image, and named in the denial."""
    response = server.post((RECORDED / f"{name}.json").read_bytes()).response
    assert (response["status"]["code"], response["status"]["reason"]) == (403, "Forbidden")
    assert f"- {place}: cr.yandex/{REGISTRY_ID}/" in response["status"]["message"]
