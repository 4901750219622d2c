"""Image indexes, as the OCI image specification and Docker's manifest list describe them."""

import hashlib
from typing import Any

from webhook.core.answers import parse_json
from webhook.core.images import Digest, parse_digest
from webhook.core.registry import Children
from webhook.errors import Invalid, Unreadable

INDEX_TYPES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
MANIFEST_TYPES = frozenset(
    {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"}
)

ATTESTATION = "vnd.docker.reference.type"
"""Annotation of a child that is no image but a statement about one; BuildKit writes it."""

_DEFAULT_VARIANTS = {"linux/arm64": "v8"}
"""Variants that go without saying."""


def parse_index(body: bytes, digest: Digest) -> Children | None:
    """Return platform and digest of each image in an index; None where *body* is a manifest of one image.

    Raises:
        Unreadable: the body is not what *digest* names, or neither an index nor a manifest.
    """
    algorithm, _, expected = digest.partition(":")
    if hashlib.new(algorithm, body).hexdigest() != expected:
        raise Unreadable(f"the registry answered with something else than {digest}")
    document = parse_json(body)
    if not isinstance(document, dict):
        raise Unreadable(f"the manifest {digest} is not an object")
    # Older manifests name no type; then it is the list of children that makes an index.
    kind, children = str(document.get("mediaType", "")), document.get("manifests")
    if kind in MANIFEST_TYPES or (not kind and children is None):
        return None
    if kind not in INDEX_TYPES | {""} or not isinstance(children, list):
        raise Unreadable(f"the manifest {digest} is of a type that is not known here")
    return tuple(child for child in map(_child, children) if child is not None)


def _child(entry: Any) -> tuple[str, Digest] | None:
    """Read one entry; None for an attestation, and for what names no platform and so is never pulled."""
    try:
        digest = parse_digest(entry["digest"])
        if ATTESTATION in entry.get("annotations", {}):
            return None
        platform = entry["platform"]
        name = f"{platform['os']}/{platform['architecture']}"
        variant = platform.get("variant")
    except (KeyError, TypeError, AttributeError, Invalid) as error:
        raise Unreadable("the index has an entry without digest or platform") from error
    if name == "unknown/unknown":
        return None
    return (f"{name}/{variant}" if variant and variant != _DEFAULT_VARIANTS.get(name) else name), digest
