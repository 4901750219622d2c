"""The manifests behind the images: made up, but the same each time, and of the shape that the OCI defines."""

import json
from collections.abc import Mapping
from typing import Any

from webhook.emulator.ids import derive_id, digest_of
from webhook.emulator.world import Image, Platform

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"
OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"

LAYERS = 3
"""Layers of every image."""

MAX_LAYER_BYTES = 64 * 1024 * 1024


def blob_size(digest: str, limit: int = MAX_LAYER_BYTES) -> int:
    """Return a likely size in bytes for the blob of that digest."""
    return 1024 + int(digest.removeprefix("sha256:")[:12], 16) % (limit - 1024)


def config_digest(image_id: str) -> str:
    """Return the digest of an image's configuration."""
    return _digest(image_id, "config")


def layer_digests(image_id: str) -> tuple[str, ...]:
    """Return the digests of an image's layers, the lowest first."""
    return tuple(_digest(image_id, f"layer {number}") for number in range(LAYERS))


def image_manifest(image_id: str) -> bytes:
    """Return the manifest of an ordinary image."""
    config = _descriptor(OCI_CONFIG, config_digest(image_id), 8192)
    layers = [_descriptor(OCI_LAYER, digest) for digest in layer_digests(image_id)]
    return _body({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers})


def index_manifest(children: tuple[Image, ...]) -> bytes:
    """Return the manifest of an index. An `unknown/unknown` child attests the child before it, as buildx writes it."""
    manifests: list[Mapping[str, Any]] = []
    for child in children:
        platform = child.platform or Platform(os="unknown", architecture="unknown")
        entry: dict[str, Any] = {
            "mediaType": OCI_MANIFEST,
            "digest": child.digest,
            "size": len(image_manifest(child.id)),
            "platform": {"architecture": platform.architecture, "os": platform.os},
        }
        if platform.variant:
            entry["platform"]["variant"] = platform.variant
        if platform.os == "unknown":
            subject = next((before["digest"] for before in reversed(manifests) if "annotations" not in before), "")
            entry["annotations"] = {
                "vnd.docker.reference.digest": subject,
                "vnd.docker.reference.type": "attestation-manifest",
            }
        manifests.append(entry)
    return _body({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": manifests})


def manifest_of(image: Image) -> tuple[str, bytes]:
    """Return media type and body of an image's manifest.

    The body hashes to the image's digest, unless that was written in the world file: a body for a given
    hash cannot be made up. Whoever verifies what it pulls must leave the digest to the emulator.
    """
    if image.is_index:
        return OCI_INDEX, index_manifest(image.children)
    return OCI_MANIFEST, image_manifest(image.id)


def blob_id(digest: str) -> str:
    """Return the registry's id of a blob."""
    return derive_id("crp", "blob", digest)


def _digest(image_id: str, what: str) -> str:
    return digest_of(f"{image_id} {what}".encode())


def _descriptor(media_type: str, digest: str, limit: int = MAX_LAYER_BYTES) -> Mapping[str, Any]:
    return {"mediaType": media_type, "digest": digest, "size": blob_size(digest, limit)}


def _body(manifest: Mapping[str, Any]) -> bytes:
    return json.dumps(manifest, separators=(",", ":")).encode()
