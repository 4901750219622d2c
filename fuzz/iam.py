"""Tokens and keys: taken whole or not at all, and shown to nobody when they are wrong."""

import json
from collections.abc import Callable
from typing import Any

from fuzz.choices import Choices
from tests.builders import DIGEST, NOW
from webhook.core.answers import parse_json
from webhook.core.authorized_key import PEM_HEAD, parse_authorized_key
from webhook.core.documents import Document
from webhook.core.endpoints import parse_endpoint
from webhook.core.times import clock_error
from webhook.core.tokens import MAX_LIFE_SECONDS, Grant, parse_iam_grant, parse_oauth_grant, parse_refusal
from webhook.errors import InvalidDocument, Unreadable

MARK = "verysecretmark"
TOKEN = f"t1.9euelZ{MARK}"
KEY = f"PLEASE DO NOT REMOVE THIS LINE!\n{PEM_HEAD}\n{MARK}\n-----END PRIVATE KEY-----\n"
API = "https://api.cloud.yandex.net"

DOCUMENTS: tuple[dict[str, Any], ...] = (
    {"iamToken": TOKEN, "expiresAt": "2026-11-24T23:00:00.123Z"},
    {"access_token": TOKEN, "expires_in": 3600, "token_type": "Bearer"},
    {"id": "aje1", "service_account_id": "aje2", "private_key": KEY, "key_algorithm": "RSA_2048"},
    {"id": "aje1", "serviceAccountId": "aje2", "privateKey": KEY},
    {"address": "container-registry.api.cloud.yandex.net:443", "id": "container-registry"},
    {"code": 16, "message": "no", "error": "invalid_grant", "error_description": "no such account"},
)
WORDS = (
    *(TOKEN, f"{TOKEN}\r\nX: y", f"{TOKEN} ", KEY, "user_account_id", "iamToken", "access_token", "expires_in", "id"),
    *("2026-11-24T23:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "evil.example:443", 3600, True),
    *("a.api.cloud.yandex.net:1", "[::1]:443", "xapi.cloud.yandex.net:443", "api.cloud.yandex.net:99999"),
)


def check(data: bytes) -> None:
    """Read *data* as an answer or a key file, or as changes to one."""
    if data[:1] == b"{":
        check_body(data)
        return
    choices = Choices(data)
    check_body(json.dumps(choices.spoiled(choices.pick(DOCUMENTS), WORDS)).encode())


def check_body(body: bytes) -> None:
    """Hold every reader of what IAM says to the JSON in *body*."""
    said = parse_refusal(body)
    assert said is None or (said.isascii() and said.isprintable() and said), "a refusal that cannot be shown"
    try:
        document = parse_json(body)
    except Unreadable:
        return
    check_grants(document)
    check_key(document)
    check_endpoint(document)
    if isinstance(document, dict) and isinstance(document.get("expiresAt"), str):
        clock_error(document["expiresAt"], NOW)


def check_grants(document: Any) -> None:
    """A token is printable and lives for at most twelve hours; an error shows nothing of it."""
    readers: dict[str, Callable[[Any], Grant]] = {
        "iamToken": lambda one: parse_iam_grant(one, NOW),
        "access_token": parse_oauth_grant,
    }
    for name, read in readers.items():
        try:
            check_grant(read(document), document[name])
        except Unreadable as error:
            assert MARK not in str(error), "a token in a message"


def check_grant(grant: Grant, written: str) -> None:
    """The token is what is written, in characters that a header can hold."""
    assert grant.token.reveal() == written
    assert written.isascii() and written.isprintable() and " " not in written, "a token that breaks a header"
    assert grant.seconds is None or 0 < grant.seconds <= MAX_LIFE_SECONDS, "a life that no token has"
    assert MARK not in f"{grant!r} {grant}", "a token that shows itself"


def check_key(document: Any) -> None:
    """A key has both ids and a key; an error shows nothing of it."""
    try:
        key = parse_authorized_key(Document("key.json", document, DIGEST))
    except InvalidDocument as error:
        assert MARK not in str(error), "a key in a message"
        assert str(error).startswith("key.json: ")
        return
    assert PEM_HEAD in key.private_key.reveal()
    assert MARK not in f"{key!r} {key}", "a key that shows itself"
    assert key.id.isalnum() and key.service_account_id.isalnum()


def check_endpoint(document: Any) -> None:
    """A service is below the API endpoint, over its scheme."""
    try:
        url = parse_endpoint(document, API)
    except Unreadable as error:
        assert str(error).isprintable(), "a message that cannot be shown"
        return
    host = url.removeprefix("https://").partition(":")[0]
    assert url.startswith("https://") and (host == "api.cloud.yandex.net" or host.endswith(".api.cloud.yandex.net"))
