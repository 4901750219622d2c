"""How a kube-apiserver calls a validating webhook."""

import json
import time
from math import ceil
from typing import NamedTuple

from tests.goclient.connection import Reply
from tests.goclient.transport import Transport
from tests.processes import Document

TIMEOUT_SECONDS = 10
"""`timeoutSeconds` of a webhook where nothing else is said."""

TRIES = 10
"""So often an API server calls at the most where it is told to come again."""

_HEAD = (
    "POST /validate?timeout={timeout}s HTTP/1.1\r\n"
    "Host: scangate.scangate.svc:443\r\n"
    "User-Agent: kube-apiserver-admission\r\n"
    "Content-Length: {length}\r\n"
    "Accept: application/json, */*\r\n"
    "Content-Type: application/json\r\n"
    "Accept-Encoding: gzip\r\n"
    "\r\n"
)


class AdmissionFailed(Exception):
    """There is no verdict: the failure policy decides, and refuses."""


class Said(NamedTuple):
    """A verdict."""

    refusal: str
    """Why the gate refuses; an empty text if it does not."""
    warnings: tuple[str, ...]


def admit(transport: Transport, review: Document, timeout: float = TIMEOUT_SECONDS) -> str:
    """Return why the gate refuses what *review* is about; an empty text if it does not.

    Raises:
        AdmissionFailed: the gate gave no verdict.
    """
    return verdict(transport, review, timeout).refusal


def verdict(transport: Transport, review: Document, timeout: float = TIMEOUT_SECONDS) -> Said:
    """Return what the gate says of *review*. Raises as `admit` does."""
    response = _response(_called(transport, json.dumps(review).encode(), time.monotonic() + timeout))
    if response.get("uid") != review["request"]["uid"] or not isinstance(response.get("allowed"), bool):
        raise AdmissionFailed(f"not an answer to this review: {response}")
    refusal = "" if response["allowed"] else str(response["status"]["message"])
    return Said(refusal, tuple(response.get("warnings") or ()))


def _called(transport: Transport, body: bytes, end: float) -> Reply:
    """Return the last answer to a call that is repeated where the server asks for it, while the time lasts."""
    tries = 0
    while True:
        try:
            head = _HEAD.format(timeout=max(1, ceil(end - time.monotonic())), length=len(body))
            reply = transport.send(head.encode() + body, end)
        except OSError as error:
            raise AdmissionFailed(f"call {tries + 1}: {error!r}") from error
        tries += 1
        wait = _wait(reply)
        if wait is None or tries == TRIES or time.monotonic() + wait >= end:
            return reply
        time.sleep(wait)


def _wait(reply: Reply) -> int | None:
    """Return after how many seconds to call again, if at all."""
    after = reply.headers.get("retry-after", "")
    repeats = reply.status == 429 or reply.status >= 500
    return int(after) if repeats and after.isdecimal() else None


def _response(reply: Reply) -> Document:
    if reply.status != 200:
        raise AdmissionFailed(f"HTTP {reply.status}: {reply.body[:200]!r}")
    document = json.loads(reply.body)
    if (document.get("apiVersion"), document.get("kind")) != ("admission.k8s.io/v1", "AdmissionReview"):
        raise AdmissionFailed(f"not an AdmissionReview: {reply.body[:200]!r}")
    response = document["response"]
    assert isinstance(response, dict)
    return response
