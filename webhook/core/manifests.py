"""Image indexes, as the OCI image specification and Docker's manifest list describe them."""

import hashlib
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
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

ATTESTATION = "unknown/unknown"
"""Platform of a child that is no image but a statement about one, as BuildKit writes it. No node pulls it."""

OLD_NAMES = frozenset({"x86_64", "x86-64", "aarch64", "armhf", "armel", "i386"})
"""Architectures that container runtimes take for others. Who writes them may want to hide an image."""

STAND_INS: Mapping[str, tuple[str, ...]] = {
    "linux/amd64": ("linux/386",),
    "linux/arm64": ("linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"),
    "linux/arm/v7": ("linux/arm/v6", "linux/arm/v5"),
    "linux/arm/v6": ("linux/arm/v5",),
}
"""What containerd runs on a node where an index has no image of the node's own platform."""

_KEYS = frozenset({"annotations", "architecture", "digest", "manifests", "mediatype", "os", "platform", "variant"})
_SPELLED = (_KEYS - {"mediatype"}) | {"mediaType"}
_VARIANT = re.compile(r"v[0-9]", re.ASCII)
_WORD = re.compile(r"[a-z0-9]+", re.ASCII)


def runnable(children: Children, platforms: AbstractSet[str]) -> Children:
    """Return the children that nodes of *platforms* could run: their own, or what stands in for it."""
    offered = {platform for platform, _ in children}
    missing = platforms - offered
    wanted = platforms | {other for platform in missing for other in STAND_INS.get(platform, ())}
    return tuple(child for child in children if child[0] in wanted)


def parse_index(body: bytes, digest: Digest) -> Children | None:
    """Return platform and digest of each image in an index; None where *body* is a manifest of one image.

    Raises:
        Unreadable: the body is not what *digest* names, or neither an index nor a manifest.
    """
    algorithm, _, expected = digest.partition(":")
    if hashlib.new(algorithm, body).hexdigest() != expected:
        raise Unreadable(f"the registry answered with something else than {digest}")
    document = parse_json(body)
    fields = _fields(document)
    # Older manifests name no type; then it is the list of children that makes an index.
    kind, children = fields.get("mediaType"), fields.get("manifests")
    if kind is None:
        kind = min(MANIFEST_TYPES if children is None else INDEX_TYPES)
    if isinstance(kind, str) and kind in MANIFEST_TYPES:
        return None
    if not isinstance(kind, str) or kind not in INDEX_TYPES or not isinstance(children, list):
        raise Unreadable(f"the manifest {digest} is of a type that is not known here")
    return tuple(child for child in map(_child, children) if child[0] != ATTESTATION)


def _child(entry: Any) -> tuple[str, Digest]:
    """Read one entry: its platform, and the digest of its image."""
    fields = _fields(entry)
    _fields(fields.get("annotations", {}))
    try:
        return _platform(_fields(fields.get("platform"))), parse_digest(str(fields.get("digest")))
    except Invalid as error:
        raise Unreadable(f"the index has an entry without a digest: {error}") from error


def _platform(fields: dict[str, Any]) -> str:
    """Name a platform as a node does. What a node would read as another platform is refused."""
    system, architecture, variant = (fields.get(name) for name in ("os", "architecture", "variant"))
    words = [system, architecture] + ([variant] if variant else [])
    if not all(isinstance(word, str) and _WORD.fullmatch(word) for word in words) or architecture in OLD_NAMES:
        raise Unreadable("the index has an entry whose platform is not clear")
    name = f"{system}/{architecture}"
    if not variant:
        return f"{name}/v7" if architecture == "arm" else name
    if (architecture, variant) == ("arm64", "v8"):
        return name
    if architecture == "amd64" or (architecture in ("arm", "arm64") and not _VARIANT.fullmatch(variant)):
        raise Unreadable(f"the index has an entry for {name} whose variant is not clear")
    return f"{name}/{variant}"


def _fields(node: Any) -> dict[str, Any]:
    """Return the fields of an object, whose keys must be spelled as the specification spells them.

    Container runtimes do not tell capitals from small letters and take the last of two: a second spelling
    is a second opinion about what will be run.
    """
    if not isinstance(node, dict):
        raise Unreadable("the manifest has something else where an object should be")
    if any(key.casefold() in _KEYS and key not in _SPELLED for key in node):
        raise Unreadable("the manifest has a key in an unusual spelling")
    return node
