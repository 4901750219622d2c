"""The review that is asked: one that the gate admits without a look at anything."""

import msgspec

from webhook.core.printable import printable

UID = "5ca9a7e0-0000-4000-8000-000000000001"
"""Always the same: it stands in the gate's audit record, and tells this question from those of API servers."""

USER = "scangate:activate"


class _Response(msgspec.Struct, frozen=True):
    uid: str
    allowed: bool


class _Review(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str
    kind: str
    response: _Response


class _Status(msgspec.Struct, frozen=True):
    message: str = ""


def question() -> bytes:
    """Return an AdmissionReview v1 of a deletion, which brings in no image."""
    kind = {"group": "", "version": "v1", "kind": "Pod"}
    resource = {"group": "", "version": "v1", "resource": "pods"}
    request = {
        "uid": UID,
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "name": "activation",
        "namespace": "none",
        "operation": "DELETE",
        "userInfo": {"username": USER},
        "object": None,
        "oldObject": None,
        "dryRun": True,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": "DeleteOptions"},
    }
    review = {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request}
    return msgspec.json.encode(review)


def complaint(status: int, body: bytes) -> str | None:
    """Say why an API server would take this for no answer, or for a no; None where it is the right one."""
    if status != 200:
        message = _message(body)
        return f"answered HTTP {status}: {message}" if message else f"answered HTTP {status}"
    try:
        review = msgspec.json.decode(body, type=_Review)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "what answers is no gate: the answer is no AdmissionReview"
    if (review.api_version, review.kind) != ("admission.k8s.io/v1", "AdmissionReview") or review.response.uid != UID:
        return "what answers is no gate: the answer is to another question"
    return None if review.response.allowed else "what answers is no gate: it refuses a deletion"


def _message(body: bytes) -> str:
    """Return what a Status says."""
    try:
        return printable(msgspec.json.decode(body, type=_Status).message, limit=200)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
