"""What the registry's answers say: ScanResult and Image of the Container Registry API, read strictly.

Source: the API's definitions (yandex.cloud.containerregistry.v1) and the JSON mapping of protocol buffers:
64-bit numbers are strings, fields of value zero may be left out, an enum may grow new names.
"""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn, TypeVar

from webhook.core.evidence import SEVERITIES, Counts, RegistryImage, Scan, Vulnerability
from webhook.core.lookup import ImageId, ScanId, parse_image_id, parse_scan_id
from webhook.core.printable import printable
from webhook.core.times import parse_time
from webhook.errors import Invalid, Unreadable

Item = TypeVar("Item")

MAX_COUNT = 2**63 - 1
"""The greatest int64."""

_COUNT = re.compile(r"[0-9]{1,19}", re.ASCII)
MAX_WORD = 200
"""Characters kept of a name in a finding; the longest package names are half of that."""


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
    fields = _fields(document, "the scan result")
    return Scan(
        id=_scan_id(fields.get("id")),
        image_id=None if fields.get("imageId") is None else _image_id(fields["imageId"]),
        status=printable(_text(fields.get("status", ""), "status"), limit=40),
        scanned_at=_time(fields.get("scannedAt")),
        counts=_counts(fields.get("vulnerabilities")),
    )


def parse_image(document: Any) -> RegistryImage:
    """Return the image that an Image resource describes.

    Raises:
        Unreadable: the answer is not an Image.
    """
    fields = _fields(document, "the image")
    return RegistryImage(
        id=_image_id(fields.get("id")),
        name=_text(fields.get("name", ""), "name"),
        digest=_text(fields.get("digest", ""), "digest"),
    )


def parse_vulnerability(document: Any) -> Vulnerability:
    """Return the finding that a Vulnerability describes.

    One that is about no package, which a newer API may have, is a finding without a name and without a fix: nothing
    can make it not count but that it has no fix.

    Raises:
        Unreadable: the answer is not a Vulnerability.
    """
    fields = _fields(document, "the vulnerability")
    severity = _text(fields.get("severity", ""), "severity").lower()
    if severity not in SEVERITIES:
        _refuse("the severity of a vulnerability", severity)
    package = _fields(fields.get("package", {}), "the package of a vulnerability")
    named = {name: _word(package.get(key), key) for name, key in _PACKAGE.items()}
    return Vulnerability(severity=severity, fixed_by=_word(package.get("fixedBy"), "fixedBy") or None, **named)


_PACKAGE = {"id": "name", "package": "package", "version": "version"}


def _word(value: Any, name: str) -> str:
    return "" if value is None else _text(value, name)[:MAX_WORD]


def parse_scan_page(document: Any) -> tuple[tuple[Scan, ...], str]:
    """Return the scans of one page of Scanner.List, and the token of the next page or an empty text.

    Raises:
        Unreadable: the answer is not such a page.
    """
    return _page(document, "scanResults", parse_scan)


def parse_image_page(document: Any) -> tuple[tuple[RegistryImage, ...], str]:
    """Return the images of one page of Image.List, and the token of the next page. Raises as `parse_scan_page`."""
    return _page(document, "images", parse_image)


def parse_vulnerability_page(document: Any) -> tuple[tuple[Vulnerability, ...], str]:
    """Return the findings of one page of Scanner.ListVulnerabilities, and the token of the next page.

    Raises as `parse_scan_page`.
    """
    return _page(document, "vulnerabilities", parse_vulnerability)


def _page(document: Any, name: str, parse: Callable[[Any], Item]) -> tuple[tuple[Item, ...], str]:
    fields = _fields(document, f"the list of {name}")
    return tuple(map(parse, _list(fields, name))), _text(fields.get("nextPageToken", ""), "nextPageToken")


def _time(value: Any) -> datetime | None:
    if value is None:
        return None
    try:
        return parse_time(_text(value, "scannedAt"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _counts(value: Any) -> Counts | None:
    if value is None:
        return None
    fields = _fields(value, "vulnerabilities")
    return Counts(**{name: _count(fields.get(name), name) for name in SEVERITIES})


def _count(value: Any, name: str) -> int:
    if value is None:
        return 0
    if isinstance(value, str) and _COUNT.fullmatch(value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        _refuse(f"the count of {name}", value)
    return value


def _scan_id(value: Any) -> ScanId:
    try:
        return parse_scan_id(_text(value, "id"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _image_id(value: Any) -> ImageId:
    try:
        return parse_image_id(_text(value, "imageId"))
    except Invalid as error:
        raise Unreadable(str(error)) from error


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        _refuse(name, value)
    return value


def _fields(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(name, value)
    return value


def _list(fields: dict[str, Any], name: str) -> list[Any]:
    """Return a list; an empty one is left out of an answer."""
    value = fields.get(name, [])
    if not isinstance(value, list):
        _refuse(name, value)
    return value


def _refuse(name: str, value: Any) -> NoReturn:
    raise Unreadable(f"the registry gave {printable(repr(value), limit=60)} for {name}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return fields


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
