"""Which scan result belongs to an image, as far as somebody has named it: ids, annotations, the lookup table."""

import re
from enum import StrEnum
from typing import NewType

import msgspec

from webhook.core.printable import printable
from webhook.errors import InvalidId

ScanId = NewType("ScanId", str)
"""Id of a scan result, safe to stand in a URL."""

ImageId = NewType("ImageId", str)
"""Id by which the registry knows an image, safe to stand in a URL."""

ANNOTATION_PREFIX = "scan-result.scangate.dev/"
"""`scan-result.scangate.dev/<container name>: <scan result id>`, on the pod or the pod template."""

_ID = re.compile(r"[a-z0-9]{1,50}", re.ASCII)
"""The API promises at most 50 characters; seen are 20 of 0-9 and a-v. Nothing else may enter a URL."""


class Source(StrEnum):
    """Where the id of a scan result came from."""

    ANNOTATION = "annotation"
    TABLE = "table"
    REGISTRY = "registry"


class Hint(msgspec.Struct, frozen=True, gc=False):
    """A scan result that somebody named for an image. It is a claim, not yet a proof."""

    source: Source
    scan_id: ScanId
    image_id: ImageId | None = None


def parse_scan_id(text: str) -> ScanId:
    """Return *text* as the id of a scan result.

    Raises:
        InvalidId: it is not 1 to 50 characters of a-z and 0-9.
    """
    return ScanId(_checked(text, "scan result id"))


def parse_image_id(text: str) -> ImageId:
    """Return *text* as the registry's id of an image.

    Raises:
        InvalidId: it is not 1 to 50 characters of a-z and 0-9.
    """
    return ImageId(_checked(text, "image id"))


def annotated(annotation: str | None) -> Hint | None:
    """Return the hint that a pod's annotation gives for an image, if it gives one.

    Raises:
        InvalidId: the annotation is there, and is not the id of a scan result.
    """
    return None if annotation is None else Hint(Source.ANNOTATION, parse_scan_id(annotation))


def _checked(text: str, what: str) -> str:
    if _ID.fullmatch(text) is None:
        raise InvalidId(f"'{printable(text, limit=60)}' is not a {what} (1 to 50 of a-z and 0-9)")
    return text
