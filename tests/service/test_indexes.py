"""Image indexes: the images for the cluster's platforms decide, and what is read of an index is proven."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from tests.builders import pod
from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.service.registry import REGISTRY_ID, Registry, asked, new_app, uid_of
from webhook.emulator.faults import TamperedManifest

AMD64, ARM64, ATTESTATION = "linux/amd64", "linux/arm64", "unknown/unknown"

Found = Mapping[str, Mapping[str, int] | None]
"""By platform what the scan of its image found; None where there is no scan."""

CLEAN: Mapping[str, int] = {}
BAD: Mapping[str, int] = {"critical": 5}


@pytest.fixture(scope="module")
def gates(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Gate]]:
    """Two gates: of a cluster whose nodes are all of one platform, and of one with nodes of two."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(
                gate(
                    tmp_path_factory.mktemp("gate"),
                    authority,
                    Setup(registry=world.url, registry_section={"platforms": platforms}),
                )
            )
            for name, platforms in (("amd64", [AMD64]), ("both", [AMD64, ARM64]))
        }


def push(world: Registry, found: Found) -> str:
    """Put an index into the registry, and return its reference by digest."""
    name = f"{REGISTRY_ID}/shop/index-{new_app().number}"
    children = [
        {"platform": platform, "scans": [] if counts is None else [{"vulnerabilities": counts}]}
        for platform, counts in found.items()
    ]
    world.add({"name": name, "platforms": children})
    [digest] = [image.digest for image in world.emulator.world.images if image.name == name]
    return f"cr.yandex/{name}@{digest}"


CASES: list[tuple[str, Found, str, str]] = [
    ("both", {AMD64: CLEAN, ARM64: CLEAN}, "within-limits", ""),
    ("both", {AMD64: CLEAN, ARM64: BAD}, "over-limits", ARM64),
    ("amd64", {AMD64: CLEAN, ARM64: BAD}, "within-limits", ""),
    ("both", {AMD64: BAD, ARM64: CLEAN}, "over-limits", AMD64),
    ("amd64", {AMD64: BAD, ARM64: CLEAN}, "over-limits", AMD64),
    ("both", {AMD64: CLEAN, ARM64: None}, "missing", ARM64),
    ("amd64", {AMD64: CLEAN, ARM64: None}, "within-limits", ""),
    ("both", {AMD64: CLEAN, ATTESTATION: None, ARM64: CLEAN}, "within-limits", ""),
    ("both", {AMD64: CLEAN, ATTESTATION: BAD}, "within-limits", ""),
    ("amd64", {ATTESTATION: CLEAN}, "missing", ""),
]


@pytest.mark.parametrize(("nodes", "found", "reason", "platform"), CASES)
def test_images_of_the_nodes_decide(
    gates: Mapping[str, Gate], world: Registry, *, nodes: str, found: Found, reason: str, platform: str
) -> None:
    """All images that the cluster's nodes could run must pass, and no other is asked about; a denial names the
    platform."""
    reference = push(world, found)
    review = asked(pod(reference))
    response = gates[nodes].judge(review)
    assert response["allowed"] is (reason == "within-limits")
    [image] = gates[nodes].record(uid_of(review))["images"]
    assert image["reason"] == reason
    asked_about = [child["platform"] for child in image["platforms"]]
    assert asked_about == [one for one in found if one in ((AMD64, ARM64) if nodes == "both" else (AMD64,))]
    if platform:
        assert f"{platform}: " in response["status"]["message"]


def test_index_that_was_tampered_with_is_refused(gates: Mapping[str, Gate], world: Registry) -> None:
    """Where the index that the registry sends is not what its digest says, none of its images is believed."""
    reference = push(world, {AMD64: CLEAN, ARM64: CLEAN})
    world.emulator.faults.add(TamperedManifest())
    response = gates["both"].judge(asked(pod(reference)))
    world.emulator.faults.clear()
    assert [cause["reason"] for cause in response["status"]["details"]["causes"]] == ["unreadable"]
    assert "something else than sha256:" in response["status"]["message"]
