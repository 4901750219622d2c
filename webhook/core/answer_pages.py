"""What a page of a list says, read strictly: images, scans, vulnerabilities, and the token of the page after it.

Source: the list methods of yandex.cloud.containerregistry.v1. The last page has no token, and one without items
is an empty object.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeVar

from webhook.core.answer_fields import fields_of, list_of, refuse, text_of
from webhook.core.answers import parse_image, parse_scan
from webhook.core.evidence import RegistryImage, Scan, Severity, Status, Vulnerability
from webhook.core.lookup import ImageId
from webhook.core.printable import shorten

Item = TypeVar("Item")

Page = tuple[tuple[Item, ...], str]
"""Items, and the token of the next page or an empty text."""

MAX_TOKEN = 1000
"""Characters. The API promises 100; a token has to stand in a URL."""

MAX_ID = 100
"""Characters of a vulnerability's id; `CVE-2026-1234567` has 16."""

MAX_PACKAGE = 300
"""Characters of a package's name; npm allows 214."""

MAX_SHOWN = 200
"""Characters of what is only shown: versions and kinds. What is longer is cut."""

MAX_LINK = 500
"""Characters of a link. A longer one is left out: cut, it would lead elsewhere."""

_ID = re.compile(rf"[!-~]{{1,{MAX_ID}}}", re.ASCII)

_SEVERITIES = {severity.name: severity for severity in Severity}


def parse_image_page(document: Any) -> Page[RegistryImage]:
    """Return a page of Image.List. Raises `Unreadable` where it is none."""
    return _page(document, "images", parse_image)


def parse_scan_page(document: Any) -> Page[Scan]:
    """Return a page of Scanner.List. Raises `Unreadable` where it is none."""
    return _page(document, "scanResults", parse_scan)


def parse_vulnerability_page(document: Any) -> Page[Vulnerability]:
    """Return a page of Scanner.ListVulnerabilities. Raises `Unreadable` where it is none.

    One item that cannot be understood makes all of the list unreadable, and the totals decide. To leave it out
    would count one less, and to call it undefined and without a fix would let a rule that counts only what has a
    fix pass over it: that is so for a severity that is not known here, or absent, for an item that is about
    something else than a package, and for one without an id.
    """
    return _page(document, "vulnerabilities", _vulnerability)


def finished(scans: Iterable[Scan], image_id: ImageId) -> tuple[Scan, ...]:
    """Return the READY ones of an image's scans, the newest first.

    Raises:
        Unreadable: one of them is of another image, or of no time. To leave it out could make a finding look
            younger than it is.
    """
    ready = [(_finish(scan, image_id), scan) for scan in scans if scan.status == Status.READY]
    return tuple(scan for _, scan in sorted(ready, key=lambda one: one[0], reverse=True))


def _finish(scan: Scan, image_id: ImageId) -> datetime:
    if scan.image_id != image_id:
        refuse(f"the image of scan {scan.id}", scan.image_id)
    if scan.scanned_at is None:
        refuse(f"the time of scan {scan.id}", scan.scanned_at)
    return scan.scanned_at


def _page(document: Any, name: str, parse: Callable[[Any], Item]) -> Page[Item]:
    fields = fields_of(document, f"the page of {name}")
    token = text_of(fields.get("nextPageToken", ""), "nextPageToken")
    if len(token) > MAX_TOKEN or not token.isascii():
        refuse("nextPageToken", token)
    return tuple(map(parse, list_of(fields, name))), token


def _vulnerability(document: Any) -> Vulnerability:
    fields = fields_of(document, "the vulnerability")
    package = fields_of(fields.get("package"), "the package of a vulnerability")
    return Vulnerability(
        id=_id(package.get("name")),
        severity=_severity(fields.get("severity")),
        package=_package(_optional(package, "package")),
        version=_shown(package, "version"),
        fixed_by=_shown(package, "fixedBy") or None,
        origin=_shown(package, "origin"),
        type=_shown(package, "type"),
        link=_link(package),
    )


def _severity(value: Any) -> Severity:
    severity = _SEVERITIES.get(text_of(value, "severity"))
    if severity is None:
        refuse("severity", value)
    return severity


def _id(value: Any) -> str:
    if _ID.fullmatch(text_of(value, "the name of a vulnerability")) is None:
        refuse("the name of a vulnerability", value)
    return str(value)


def _package(text: str) -> str:
    """Return the name of a package as it is: a policy may name it, so that nothing is cut or replaced."""
    if len(text) > MAX_PACKAGE or _encodable(text) != text:
        refuse("the package of a vulnerability", text)
    return text


def _shown(fields: dict[str, Any], name: str) -> str:
    return shorten(_encodable(_optional(fields, name)), MAX_SHOWN)


def _link(fields: dict[str, Any]) -> str | None:
    link = _encodable(_optional(fields, "link"))
    return link if 0 < len(link) <= MAX_LINK else None


def _optional(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None else text_of(value, name)


def _encodable(text: str) -> str:
    """Return *text* with a question mark for each half of a surrogate pair, which JSON can name and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
