"""Authorized keys of service accounts, as `yc iam key create` writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webhook.core.documents import Document
from webhook.core.secret import Secret
from webhook.errors import InvalidDocument

PEM_HEAD = "-----BEGIN PRIVATE KEY-----"
"""Begins the key itself. Before it stands a line of text that asks to be kept; older files lack that."""

REMEDY = "make one with: yc iam key create --service-account-name NAME --output key.json"

_ID = re.compile(r"[a-z0-9]{1,50}", re.ASCII)


@dataclass(frozen=True, slots=True)
class AuthorizedKey:
    """A key by which a service account proves who it is."""

    id: str
    service_account_id: str
    private_key: Secret
    """PEM, perhaps with a line of text before it."""


def parse_authorized_key(document: Document) -> AuthorizedKey:
    """Return the key that a key file holds. Names may be in snake_case, as `yc` writes them, or in camelCase.

    Raises:
        InvalidDocument: it holds none; the message names file and field, and shows nothing of the key.
    """
    source, fields = document.source, document.content
    if not isinstance(fields, dict):
        raise InvalidDocument(f"{source}: must be the key file of a service account; {REMEDY}")
    if _field(fields, "user_account_id") is not None:
        raise InvalidDocument(
            f"{source}: user_account_id: this is the key of a user account; the gate needs one of a service account; "
            + REMEDY
        )
    private_key = _required(fields, "private_key", source)
    if PEM_HEAD not in private_key:
        raise InvalidDocument(f"{source}: private_key: must hold a line '{PEM_HEAD}'; {REMEDY}")
    return AuthorizedKey(
        id=_id(fields, "id", source),
        service_account_id=_id(fields, "service_account_id", source),
        private_key=Secret(private_key),
    )


def _id(fields: Mapping[str, Any], name: str, source: str) -> str:
    text = _required(fields, name, source)
    if _ID.fullmatch(text) is None:
        # Not shown: in a file that was put together by hand, the key itself may stand here.
        raise InvalidDocument(f"{source}: {name}: must be 1 to 50 of a-z and 0-9; {REMEDY}")
    return text


def _required(fields: Mapping[str, Any], name: str, source: str) -> str:
    value = _field(fields, name)
    if not isinstance(value, str) or not value:
        raise InvalidDocument(f"{source}: {name}: is required, as text; {REMEDY}")
    return value


def _field(fields: Mapping[str, Any], name: str) -> Any:
    head, *rest = name.split("_")
    return fields.get(name, fields.get(head + "".join(map(str.capitalize, rest))))
