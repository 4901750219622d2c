"""Manifests."""

import json

from tests.emulator.serving import NOW, one_image
from webhook.emulator.ids import digest_of
from webhook.emulator.manifests import (
    LAYERS,
    OCI_INDEX,
    OCI_MANIFEST,
    blob_id,
    blob_size,
    image_manifest,
    index_manifest,
    manifest_of,
)
from webhook.emulator.world import Image
from webhook.emulator.world_file import parse_world


def test_an_image_manifest_is_one_of_the_oci() -> None:
    """It has a configuration and layers, each with digest and size, and is the same each time."""
    manifest = json.loads(image_manifest("crp1"))

    assert image_manifest("crp1") == image_manifest("crp1") != image_manifest("crp2")
    assert manifest["mediaType"] == OCI_MANIFEST
    assert len(manifest["layers"]) == LAYERS
    assert all(layer["digest"].startswith("sha256:") and layer["size"] > 0 for layer in manifest["layers"])


def test_an_index_lists_its_images_and_what_attests_them() -> None:
    """An `unknown/unknown` entry refers to the image before it, as buildx writes it."""
    platforms = [{"platform": one} for one in ("linux/amd64", "linux/arm64/v8", "unknown/unknown")]
    index = parse_world(one_image(scans=[], platforms=platforms), now=NOW).images[0]
    entries = json.loads(index_manifest(index.children))["manifests"]

    assert [entry["digest"] for entry in entries] == [child.digest for child in index.children]
    assert entries[1]["platform"] == {"architecture": "arm64", "os": "linux", "variant": "v8"}
    assert entries[2]["annotations"] == {
        "vnd.docker.reference.digest": entries[1]["digest"],
        "vnd.docker.reference.type": "attestation-manifest",
    }
    assert manifest_of(index) == (OCI_INDEX, index_manifest(index.children))
    assert digest_of(manifest_of(index)[1]) == index.digest


def test_an_image_without_a_platform_attests_nothing() -> None:
    """A child of which nobody said what it is for is unknown."""
    child = Image(id="crp1", name="r/a", digest="sha256:1", created_at=NOW)

    assert json.loads(index_manifest((child,)))["manifests"][0]["platform"]["os"] == "unknown"


def test_blobs_have_ids_and_likely_sizes() -> None:
    """Both follow from the digest."""
    digest = digest_of(b"x")

    assert blob_id(digest).startswith("crp")
    assert 1024 <= blob_size(digest, 2048) < 2048
