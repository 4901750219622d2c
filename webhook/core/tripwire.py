"""Images in places where no Kubernetes known here has one.

A field of a future Kubernetes that names an image somewhere new must not slip through unjudged.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

import msgspec

from webhook.core.printable import printable
from webhook.errors import InvalidReview

_KEYS = ("image", "reference")
_WRITTEN = tuple(b'"%s":' % key.encode() for key in _KEYS)
"""As an API server writes them."""

_OTHER_MEANINGS = frozenset(
    {"annotations", "labels", "matchLabels", "nodeSelector", "options", "rbd", "volumeAttributes"}
)
"""Maps whose keys are the author's own words, and the one volume type whose `image` is a block device."""


def image_keys(document: bytes) -> int:
    """Return how many keys in *document* (JSON as an API server writes it) may name an image.

    Counting them in the bytes costs a fraction of decoding them.
    """
    return sum([document.count(key) for key in _WRITTEN])


def unexpected_images(spec: bytes, *, known: AbstractSet[str], keys: int) -> Iterator[tuple[str, str]]:
    """Yield path and text of each image in *spec* (JSON of a pod's spec) that is at none of the *known* paths.

    *keys* is how many image keys the known places explain. Only where there are not as many is the document
    decoded and walked.

    Raises:
        InvalidReview: *spec* is not JSON, or is nested too deeply to be walked.
    """
    if image_keys(spec) == keys:
        return
    try:
        found = list(_images(msgspec.json.decode(spec), "spec"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the pod cannot be read: {printable(str(error))}") from error
    yield from (image for image in found if image[0] not in known)


def _images(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in _KEYS and isinstance(value, str):
                yield f"{path}.{key}", value
            elif key not in _OTHER_MEANINGS:
                yield from _images(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _images(value, f"{path}[{index}]")
