"""Lists of the API: filters, orders and pages."""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from webhook.emulator.answers import Message, message
from webhook.emulator.faults import PageSizeOne, RepeatPageToken
from webhook.emulator.requests import Request
from webhook.emulator.status import invalid

T = TypeVar("T")

MAX_PAGE = 1000
DEFAULT_PAGE = 100
MAX_TOKEN = 100
"""Characters; as are the next two."""
MAX_FILTER = 1000
MAX_ORDER = 100

_FILTER = re.compile(r'\s*([A-Za-z_]+)\s*=\s*"([^"]*)"\s*')
_ORDER = re.compile(r"([A-Za-z_]+)(?:\s+(asc|desc))?", re.IGNORECASE)


def filtered(items: Sequence[T], request: Request, fields: Mapping[str, Callable[[T], str]]) -> Sequence[T]:
    """Return the items that the parameter `filter` asks for: one field, `=`, and a value in double quotes.

    Raises:
        RefusedError: it is no such filter, or on another field than those of *fields*.
    """
    text = request.text_parameter("filter", MAX_FILTER)
    if not text:
        return items
    match = _FILTER.fullmatch(text)
    field = fields.get(match[1]) if match else None
    if match is None or field is None:
        raise invalid("filter", f'must be <field>="<value>" on {" or ".join(fields)}')
    return [item for item in items if field(item) == match[2]]


def ordered(items: Sequence[T], request: Request, fields: Mapping[str, Callable[[T], object]]) -> Sequence[T]:
    """Return the items in the order of the parameter `orderBy`: fields with commas between them.

    Raises:
        RefusedError: it is no such order, or by another field than those of *fields*.
    """
    text = request.text_parameter("orderBy", MAX_ORDER)
    for part in reversed(text.split(",")) if text else ():
        match = _ORDER.fullmatch(part.strip())
        field = fields.get(match[1]) if match else None
        if match is None or field is None:
            raise invalid("orderBy", f"must be on {' or '.join(fields)}")
        items = sorted(items, key=field, reverse=(match[2] or "").lower() == "desc")  # type: ignore[arg-type]
    return items


def page(items: Sequence[T], request: Request, name: str, render: Callable[[T], Message]) -> Message:
    """Return the page that is asked for, as the field *name* of a message.

    Raises:
        RefusedError: `pageSize` or `pageToken` is wrong, or the token belongs to another list.
    """
    start = _start(request)
    end = start + (1 if request.has(PageSizeOne) else _size(request))
    more = _token(request, end) if end < len(items) else ""
    if request.has(RepeatPageToken):
        more = _token(request, start)
    return message(**{name: [render(item) for item in items[start:end]], "nextPageToken": more})


def _size(request: Request) -> int:
    text = request.query.get("pageSize", "")
    if not re.fullmatch(r"[0-9]{0,4}", text) or int(text or 0) > MAX_PAGE:
        raise invalid("pageSize", f"must be from 0 to {MAX_PAGE}")
    return int(text or 0) or DEFAULT_PAGE


def _start(request: Request) -> int:
    token = request.text_parameter("pageToken", MAX_TOKEN)
    if not token:
        return 0
    try:
        start, _, seal = base64.urlsafe_b64decode(token).decode("ascii").partition(".")
    except (binascii.Error, ValueError) as error:
        raise invalid("pageToken", "is not a token of this list") from error
    if seal != _seal(request) or not start.isdecimal():
        raise invalid("pageToken", "is not a token of this list")
    return int(start)


def _token(request: Request, start: int) -> str:
    return base64.urlsafe_b64encode(f"{start}.{_seal(request)}".encode()).decode()


def _seal(request: Request) -> str:
    """Return what binds a token to its list: another filter or order makes it invalid."""
    asked = sorted((name, value) for name, value in request.query.items() if name not in ("pageToken", "pageSize"))
    return hashlib.sha256(repr((request.path, asked)).encode()).hexdigest()[:16]
