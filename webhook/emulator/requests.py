"""A request as the emulated services see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from webhook.emulator.faults import Quirk
from webhook.emulator.ids import MAX_ID
from webhook.emulator.status import Code, RefusedError, invalid
from webhook.emulator.world import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request, with what is known about it when it reaches its service."""

    method: str
    path: str
    at: datetime
    id: str
    """What `x-request-id` says."""
    origin: str
    """`scheme://host[:port]`, as the client wrote it."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By lower-case name."""
    body: bytes = field(default=b"", repr=False)
    arguments: Mapping[str, str] = field(default_factory=dict)
    """Parts of the path, by the names that the route gives them."""
    account: Account | None = None
    quirks: tuple[Quirk, ...] = ()

    @property
    def host(self) -> str:
        """The host and port that the client asked."""
        return self.origin.partition("://")[2]

    def has(self, quirk: type[Quirk]) -> bool:
        """Return whether a fault of that kind strikes this request."""
        return any(isinstance(one, quirk) for one in self.quirks)

    def id_argument(self, name: str) -> str:
        """Return an id out of the path.

        Raises:
            RefusedError: it is longer than any id.
        """
        return _checked_id(name, self.arguments[name])

    def id_parameter(self, name: str) -> str:
        """Return an id out of the query; empty where there is none.

        Raises:
            RefusedError: it is longer than any id.
        """
        return _checked_id(name, self.query.get(name, ""))

    def text_parameter(self, name: str, longest: int) -> str:
        """Return a query parameter of at most *longest* characters; empty where there is none.

        Raises:
            RefusedError: it is longer.
        """
        text = self.query.get(name, "")
        if len(text) > longest:
            raise invalid(name, f"must be at most {longest} characters long")
        return text

    def json_object(self, *known: str) -> Mapping[str, Any]:
        """Return the body, an object with no other fields than *known*.

        Raises:
            RefusedError: it is something else.
        """
        try:
            body = json.loads(self.body or b"{}")
        except (ValueError, RecursionError) as error:
            raise RefusedError(Code.INVALID_ARGUMENT, "Unexpected end of string or invalid JSON") from error
        if not isinstance(body, dict):
            raise RefusedError(Code.INVALID_ARGUMENT, "the body must be a JSON object")
        for name in body:
            if name not in known:
                raise RefusedError(Code.INVALID_ARGUMENT, f"{name}: Cannot find field.")
        return body


def _checked_id(name: str, value: str) -> str:
    if len(value) > MAX_ID:
        raise invalid(name, f"must be at most {MAX_ID} characters long")
    return value
