"""What the registry's answers say: ScanResult and Image of the Container Registry API, read strictly.

Source: the API's definitions (yandex.cloud.containerregistry.v1) and the JSON mapping of protocol buffers:
64-bit numbers are strings, fields of value zero may be left out, an enum may grow new names.
"""

import json
import re
from datetime import datetime
from typing import Any, NoReturn

from webhook.core.answer_fields import fields_of, refuse, text_of
from webhook.core.evidence import SEVERITIES, Counts, RegistryImage, Scan
from webhook.core.lookup import ImageId, ScanId, parse_image_id, parse_scan_id
from webhook.core.printable import printable
from webhook.core.times import parse_time
from webhook.errors import Invalid, Unreadable

MAX_COUNT = 2**63 - 1
"""The greatest int64."""

_COUNT = re.compile(r"[0-9]{1,19}", re.ASCII)


def parse_json(body: bytes, whose: str = "the registry") -> Any:
    """Return what the JSON text *body* says; it is *whose* answer.

    Raises:
        Unreadable: it is not JSON, names a key twice, holds a number that JSON does not know, or is
            nested too deeply.
    """
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{whose}'s answer is not JSON") from error


def parse_scan(document: Any) -> Scan:
    """Return the scan that a ScanResult describes.

    A counter may be absent, null, a number or a decimal string; absent and null are zero. Where
    `vulnerabilities` itself is absent or null the scan has no counts at all, and policy decides.

    Raises:
        Unreadable: the answer is not a ScanResult.
    """
    fields = fields_of(document, "the scan result")
    return Scan(
        id=_scan_id(fields.get("id")),
        image_id=None if fields.get("imageId") is None else _image_id(fields["imageId"]),
        status=printable(text_of(fields.get("status", ""), "status"), limit=40),
        scanned_at=_time(fields.get("scannedAt")),
        counts=_counts(fields.get("vulnerabilities")),
    )


def parse_image(document: Any) -> RegistryImage:
    """Return the image that an Image resource describes.

    Raises:
        Unreadable: the answer is not an Image.
    """
    fields = fields_of(document, "the image")
    return RegistryImage(
        id=_image_id(fields.get("id")),
        name=text_of(fields.get("name", ""), "name"),
        digest=text_of(fields.get("digest", ""), "digest"),
    )


def _time(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_time(text_of(value, "scannedAt"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _counts(value: Any) -> Counts | None:
    if value is None:
        return None
    fields = fields_of(value, "vulnerabilities")
    return Counts(**{name: _count(fields.get(name), name) for name in SEVERITIES})


def _count(value: Any, name: str) -> int:
    if value is None:
        return 0
    if isinstance(value, str) and _COUNT.fullmatch(value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        refuse(f"the count of {name}", value)
    return value


def _scan_id(value: Any) -> ScanId:
    try:
        return parse_scan_id(text_of(value, "id"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _image_id(value: Any) -> ImageId:
    try:
        return parse_image_id(text_of(value, "imageId"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
