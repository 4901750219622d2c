"""A simple reader of pods, which shares nothing with the gate's: every image that a pod names, wherever it does."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

Pod = dict[str, Any]

MAPS = frozenset({"annotations", "labels", "matchLabels", "nodeSelector", "options", "rbd", "volumeAttributes"})
"""Where the keys are the author's own words."""


def named(pod: Pod | None) -> set[str]:
    """Return the images in the four places where Kubernetes has them; none of what has another shape."""
    spec = pod.get("spec") if isinstance(pod, dict) else None
    return set(_named(spec)) if isinstance(spec, dict) else set()


def _named(spec: dict[str, Any]) -> Iterator[str]:
    for field in ("containers", "initContainers", "ephemeralContainers"):
        for container in _mappings(spec.get(field)):
            image = container.get("image")
            if image is None or isinstance(image, str):
                yield image or ""
    for volume in _mappings(spec.get("volumes")):
        image = volume.get("image")
        if isinstance(image, dict):
            reference = image.get("reference")
            if reference is None or isinstance(reference, str):
                yield reference or ""


def _mappings(node: Any) -> Iterator[dict[str, Any]]:
    yield from (entry for entry in node if isinstance(entry, dict)) if isinstance(node, list) else ()


def keys_of(node: Any, maps: AbstractSet[str]) -> set[str]:
    """Return every text under a key `image` or `reference`, however deep, but not in *maps*."""
    found: set[str] = set()
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("image", "reference") and isinstance(value, str):
                found.add(value)
            elif key not in maps:
                found |= keys_of(value, maps)
    elif isinstance(node, list):
        for value in node:
            found |= keys_of(value, maps)
    return found
