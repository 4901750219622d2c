"""Refusals of the Kubernetes API, as the exceptions that they are here."""

from typing import Any

import msgspec

from webhook.adapters.cluster_reads import ListMetadata
from webhook.core.printable import printable
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden, Gone


class _Status(msgspec.Struct, frozen=True):
    message: str = ""
    metadata: ListMetadata = ListMetadata()


def refusal(what: str, status: int | None, *, reason: str, body: Any) -> ClusterFailed:
    """Return what a refusal of *what* is; without a status there was no answer at all.

    Of the messages of an API server only that about a missing right is passed on: others may quote what was to be
    written, and that may be a private key.
    """
    if status == 404:
        return Absent(f"{what}: not found")
    if status == 409:
        return Conflict(f"{what}: was changed by somebody else")
    if status == 410:
        return Gone(f"{what}: the list is too old to be read on", _status(body).metadata.following)
    if status == 403:
        return Forbidden(f"{what}: HTTP 403: {printable(_status(body).message) or 'forbidden'}")
    why = printable(reason, limit=200)
    return ClusterFailed(f"{what}: HTTP {status}: {why}" if status else f"{what}: {why}")


def _status(body: Any) -> _Status:
    try:
        return msgspec.json.decode(body or "{}", type=_Status)
    except (msgspec.MsgspecError, UnicodeDecodeError, TypeError):
        return _Status()
