"""IAM tokens, as the services that give them write them.

Sources: IamTokenService.Create of yandex.cloud.iam.v1 (`iamToken`, `expiresAt`), and RFC 6749 section 5.1
(`access_token`, `expires_in`) for the metadata service and the exchange of workload identity federation.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webhook.core.answers import parse_json
from webhook.core.printable import printable
from webhook.core.secret import Secret
from webhook.core.times import parse_time
from webhook.errors import Invalid, Unreadable

MAX_LIFE_SECONDS = 12 * 3600.0
"""No IAM token lives longer; a greater number is a mistake of somebody's clock."""

_TOKEN = re.compile(r"[!-~]{1,8192}", re.ASCII)
"""A token is printable ASCII without blanks: anything else could end a header and begin another."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and how long it is good for."""

    token: Secret
    seconds: float | None
    """From the moment at which it was given. None: nobody says."""


def parse_token(text: str) -> Secret:
    """Return *text* as an IAM token.

    Raises:
        Invalid: it is none; the message does not show it.
    """
    if _TOKEN.fullmatch(text) is None:
        raise Invalid("must hold one IAM token of printable characters")
    return Secret(text)


def parse_iam_grant(document: Any, now: datetime) -> Grant:
    """Return the token in an answer of IamTokenService.Create, received at *now*.

    Raises:
        Unreadable: the answer holds none.
    """
    fields = _fields(document)
    try:
        ends = parse_time(_text(fields, "expiresAt"))
    except Invalid:
        raise Unreadable("IAM gave a token with an unreadable expiresAt") from None  # which may be a token
    return Grant(_token(fields, "iamToken"), _life((ends - now).total_seconds()))


def parse_oauth_grant(document: Any) -> Grant:
    """Return the token in an answer of the metadata service or of a token exchange.

    Raises:
        Unreadable: the answer holds none.
    """
    fields = _fields(document)
    seconds = fields.get("expires_in")
    if type(seconds) is not int or seconds < 0:
        raise Unreadable("the answer with the IAM token has no number of seconds in expires_in")
    return Grant(_token(fields, "access_token"), _life(seconds))


def parse_refusal(body: bytes) -> str | None:
    """Return what a refusal says in words: `message` of google.rpc.Status, or the fields of RFC 6749 section 5.2.

    None where it says nothing.
    """
    try:
        document = parse_json(body)
    except Unreadable:
        return None
    fields = document if isinstance(document, dict) else {}
    said = [fields.get(name) for name in ("message", "error_description", "error")]
    return next((printable(text, limit=200) for text in said if isinstance(text, str) and text), None)


def _life(seconds: float) -> float | None:
    """Believe a length of life that can be; a token that was just given is not at its end, whatever a clock says."""
    return float(min(seconds, MAX_LIFE_SECONDS)) if seconds > 0 else None


def _token(fields: dict[str, Any], name: str) -> Secret:
    try:
        return parse_token(_text(fields, name))
    except Invalid as error:
        raise Unreadable(f"the answer with the IAM token: {name} {error}") from error


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"the answer with the IAM token has no text in {name}")
    return value


def _fields(document: Any) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise Unreadable("the answer with the IAM token is not a JSON object")
    return document
