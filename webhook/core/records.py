"""The audit record: one JSON object for each decision. Its schema is `docs/audit-record.schema.json`.

Fields are only ever added within a version; a change of meaning makes a new `apiVersion`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, assert_never

import msgspec
from msgspec.structs import asdict

from webhook.core.evidence_records import render_evidence
from webhook.core.images import ImageReference
from webhook.core.matching import Labels
from webhook.core.printable import printable, shorten
from webhook.core.reasons import Exempt, Fault
from webhook.core.review import Review
from webhook.core.times import render_time
from webhook.core.verdict import Finding, Verdict

API_VERSION = "scangate.dev/v1"
KIND = "AdmissionRecord"

MAX_CONTAINERS = 50
"""Containers listed for one image; a pod may have thousands that share it."""

MAX_LABELS = 50
"""Labels listed for a namespace; one of more is recorded as if they were not known."""

_UNJUDGED: dict[str, Any] = {"mode": None, "policy": None, "namespaceLabels": None, "images": []}

MAX_TEXT = 512
"""Characters kept of any text that a stranger chose."""


def render_record(
    review: Review | None, outcome: Verdict | Exempt | Fault, *, at: datetime, seconds: float, message: str = ""
) -> dict[str, Any]:
    """Return the audit record of a decision, for `render_line`: images that simply pass are in it as they are written.

    *review* is None where it could not be read; *seconds* is how long the decision took, and *message*
    says what went wrong where there was no verdict.
    """
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "time": render_time(at),
        "request": None if review is None else _request(review),
        **render_outcome(outcome),
        "message": printable(message, limit=MAX_TEXT),
        "latencySeconds": round(seconds, 6),
    }


def render_line(record: Mapping[str, Any]) -> bytes:
    """Return *record* as one line of ASCII JSON: whatever is in it, it cannot end the line or hide a part of it."""
    try:
        line = msgspec.json.encode(record)
    except UnicodeEncodeError:  # half of a character, which UTF-8 cannot write but JSON can
        line = b"\xff"
    if not line.isascii():
        line = json.dumps(record, ensure_ascii=True, separators=(",", ":"), default=msgspec.json.decode).encode()
    return line.replace(b"\x7f", b"\\u007f") + b"\n"


def render_indented(document: Any) -> str:
    """Return a report as JSON in many lines, for programs and for people who look; without an end of the last line."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _request(review: Review) -> dict[str, Any]:
    request, task = review.request, review.task
    account = None if isinstance(task, Exempt) else shorten(task.workload.service_account, MAX_TEXT)
    return {
        "uid": request.uid,
        "dryRun": request.dry_run,
        "user": shorten(request.user, MAX_TEXT),
        "operation": request.operation,
        "group": shorten(request.kind.group, MAX_TEXT),
        "version": shorten(request.version, MAX_TEXT),
        "kind": shorten(request.kind.name, MAX_TEXT),
        "subresource": shorten(request.subresource, MAX_TEXT),
        "namespace": shorten(request.namespace, MAX_TEXT),
        "name": shorten(request.name, MAX_TEXT),
        "serviceAccount": account,
    }


def render_outcome(outcome: Verdict | Exempt | Fault) -> dict[str, Any]:
    """Return the fields of a record that say what was decided, and about which images; see `render_record`."""
    match outcome:
        case Verdict():
            return {
                "decision": outcome.action,
                "allowed": outcome.allowed,
                "mode": outcome.mode,
                "reason": outcome.reason,
                "policy": outcome.policy,
                "namespaceLabels": _labels(outcome.labels),
                "images": _plain_images(outcome) if outcome.plain else _images(outcome),
            }
        case Exempt():
            return {"decision": "allow", "allowed": True, "reason": outcome.value, **_UNJUDGED}
        case Fault():
            return {"decision": "error", "allowed": False, "reason": outcome.value, **_UNJUDGED}
        case _:
            assert_never(outcome)


def _images(verdict: Verdict) -> list[dict[str, Any]]:
    return [render_image(finding) for finding in verdict.findings]


@lru_cache(maxsize=64)
def _plain_images(verdict: Verdict) -> msgspec.Raw:
    """Return them as they are written: verdicts that are plain come again and again."""
    return msgspec.Raw(msgspec.json.encode(_images(verdict)))


def render_image(finding: Finding) -> dict[str, Any]:
    """Return what a record says about one image."""
    image, reference = finding.image, finding.image.reference
    return {
        "containers": [shorten(place.name, MAX_TEXT) for place in image.places[:MAX_CONTAINERS]],
        "reference": shorten(image.text, MAX_TEXT),
        "digest": finding.digest,
        "registry": reference.registry if isinstance(reference, ImageReference) else None,
        **render_evidence(finding.evidence),
        "limits": asdict(finding.rule.limits),
        "rule": finding.rule.name,
        "mode": finding.rule.mode,
        "decision": finding.action,
        "reason": finding.reason,
        "message": finding.detail,
        "notices": list(finding.notices),
    }


def _labels(labels: Labels | None) -> dict[str, str] | None:
    """Return the labels of a namespace, all of them or none: a part could not be told from the whole."""
    return None if labels is None or len(labels) > MAX_LABELS else dict(labels)
