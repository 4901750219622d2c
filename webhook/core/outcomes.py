"""What became of requests, as reports and replays count it."""

from enum import StrEnum

from webhook.core.printable import printable
from webhook.core.record_schema import AuditRecord, ImageRecord, RequestRecord

SHOWN_CHARACTERS = 120
"""Of a name that a stranger chose."""


class Outcome(StrEnum):
    """What became of a request, or of one image."""

    DENIED = "denied"
    NOT_ENFORCED = "not enforced"
    """The policy refused it, and its mode let it pass."""
    WARNED = "warned"
    EXEMPTED = "exempted"
    ALLOWED = "allowed"


def outcome(action: str, *, allowed: bool) -> Outcome:
    """Return what an action (allow, warn, deny) amounts to."""
    if not allowed:
        return Outcome.DENIED
    return {"deny": Outcome.NOT_ENFORCED, "warn": Outcome.WARNED}.get(action, Outcome.ALLOWED)


def workload_of(request: RequestRecord | None) -> str:
    """Name the object of a request: `shop/Deployment.apps/web`; safe to show."""
    if request is None:
        return "-"
    kind = f"{request.kind}.{request.group}" if request.group else request.kind
    return printable("/".join((request.namespace or "-", kind, request.name or "-")), limit=SHOWN_CHARACTERS)


def deciding(record: AuditRecord) -> ImageRecord | None:
    """Return the image that decided about a request: the first that is as bad as the decision."""
    return next((one for one in record.images if one.decision == record.decision), None)
