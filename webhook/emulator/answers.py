"""Answers, and how each of the emulated services writes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from webhook.emulator.status import HTTP_STATUS, Code, RefusedError, code_of

JSON = "application/json"
TYPE = "type.googleapis.com/google.rpc."

_PRINTABLE = "".join(character for character in map(chr, range(0x20, 0x7F)) if character != "%")
"""What stands as it is in `grpc-message`; the rest is percent-encoded, as gRPC says."""

Message = dict[str, Any]
"""A message of the API in its JSON form. Made by `message`, so that what is empty is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is sent back."""

    status: int = 200
    content_type: str = JSON
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


def message(**fields: Any) -> Message:
    """Return a message without the fields that the gateway leaves out: unset ones, empty text, lists and 0.

    An empty message within a message is printed, and so is False.
    """
    return {name: value for name, value in fields.items() if value is False or value == {} or value}


def integer(number: int) -> str | None:
    """Return a 64-bit integer as the gateway prints it: as text, and 0 not at all."""
    return str(number) if number else None


def render_json(content: Any) -> bytes:
    """Write JSON as the gateway does: indented by one space, with a newline at the end."""
    return json.dumps(content, indent=1, ensure_ascii=False).encode() + b"\n"


def json_answer(content: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Return an answer that holds *content*."""
    return Answer(status=status, body=render_json(content), headers=headers)


def text_answer(text: str, status: int) -> Answer:
    """Return an answer in plain text."""
    return Answer(status=status, content_type="text/plain", body=text.encode())


def refusal(error: RefusedError, request_id: str, status: int | None = None) -> Answer:
    """Return the google.rpc.Status that the gateway makes of an error."""
    details: list[Mapping[str, Any]] = [{"@type": f"{TYPE}RequestInfo", "requestId": request_id}]
    if error.violations:
        fields = [{"field": field, "description": right} for field, right in error.violations.items()]
        details.append({"@type": f"{TYPE}BadRequest", "fieldViolations": fields})
    body = {"code": error.code.value, "message": error.message, "details": details}
    headers = (("grpc-status", str(error.code.value)), ("grpc-message", quote(error.message, safe=_PRINTABLE)))
    return json_answer(body, status or HTTP_STATUS[error.code], headers)


def status_refusal(status: int, text: str, request_id: str) -> Answer:
    """Return the google.rpc.Status behind a given HTTP status."""
    return refusal(RefusedError(code_of(status), text), request_id, status)


def oci_refusal(error: RefusedError, realm: str) -> Answer:
    """Return the error that a registry of the distribution specification makes of *error*."""
    words = {
        Code.UNAUTHENTICATED: "UNAUTHORIZED",
        Code.PERMISSION_DENIED: "DENIED",
        Code.NOT_FOUND: "MANIFEST_UNKNOWN",
        Code.INVALID_ARGUMENT: "UNSUPPORTED",
    }
    body = {"errors": [{"code": words.get(error.code, "UNKNOWN"), "message": error.message}]}
    challenge = (("WWW-Authenticate", realm),) if error.code is Code.UNAUTHENTICATED else ()
    return json_answer(body, HTTP_STATUS[error.code], challenge)


def oauth_refusal(error: RefusedError) -> Answer:
    """Return the error of a token service, as RFC 6749 writes it."""
    word = "invalid_request" if error.code is Code.INVALID_ARGUMENT else "invalid_grant"
    body = {"error": word, "error_description": error.message}
    return json_answer(body, 401 if error.code is Code.UNAUTHENTICATED else 400)
