"""AdmissionReview v1 going out: the verdict as an API server and the person behind it need it."""

from collections.abc import Iterator, Sequence
from typing import Any, assert_never

from webhook.core.guidance import section
from webhook.core.pods import Image
from webhook.core.policy import Action, Mode
from webhook.core.printable import printable, shorten
from webhook.core.reasons import REMEDIES, Exempt, Reason
from webhook.core.review import MAX_UID_CHARACTERS, Review
from webhook.core.verdict import Finding, Verdict

MAX_WARNING_CHARACTERS = 120
"""What the documentation of admission webhooks asks for; an API server cuts at 256."""

MAX_WARNINGS = 20
"""An API server keeps 4096 characters of warnings in all."""

MAX_REFUSALS = 10
"""Refused images that a denial spells out; the audit record has them all."""

MAX_PLACES = 5
"""Containers named in a message for one image."""


def render_review(review: Review, outcome: Verdict | Exempt, *, reasons_url: str = "") -> dict[str, Any]:
    """Return the AdmissionReview that answers *review*; a denial links to remedies at *reasons_url*, if there is one.

    Source: `AdmissionResponse` of `k8s.io/api/admission/v1`. It never carries a patch: the gate validates only.
    """
    match outcome:
        case Verdict():
            response = _judged(review, outcome, reasons_url)
        case Exempt():
            response = {
                "allowed": True,
                "auditAnnotations": {"decision": "allow", "reason": outcome, "uid": _shown_uid(review)},
            }
        case _:
            assert_never(outcome)
    return {
        "apiVersion": "admission.k8s.io/v1",
        "kind": "AdmissionReview",
        "response": {"uid": review.request.uid, **response},
    }


def render_status(code: int, reason: str, message: str) -> dict[str, Any]:
    """Return a `Status` of `meta/v1` that says why a call got no review for an answer."""
    return {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "reason": reason,
        "message": printable(message, limit=1000),
    }


def explain(finding: Finding) -> str:
    """Say in one line which image this is about, what was found, and what can be done."""
    return (
        f"{_places(finding.image)}: {printable(finding.image.text) or '(no image)'}: "
        f"{finding.reason}: {finding.detail} (rule {finding.rule.name}). {REMEDIES[finding.reason]}"
    )


def _judged(review: Review, verdict: Verdict, reasons_url: str) -> dict[str, Any]:
    reasons = sorted({finding.reason for finding in verdict.findings})
    response: dict[str, Any] = {
        "allowed": verdict.allowed,
        "auditAnnotations": {
            "decision": verdict.action,
            "mode": verdict.mode,
            "reason": ",".join(reasons),
            "uid": _shown_uid(review),
        },
    }
    warnings = [] if verdict.plain else _warnings(verdict)
    if warnings:
        response["warnings"] = warnings
    if not verdict.allowed:
        response["status"] = _denial(review, verdict, reasons_url)
    return response


def _warnings(verdict: Verdict) -> list[str]:
    found = [
        _warning(finding, f"{finding.reason}: {finding.detail}") for finding in verdict.findings if _warns(finding)
    ]
    # What was found goes before what will end: an API server keeps only so much.
    ending = [
        _warning(one, text) for one in verdict.findings if one.rule.mode is not Mode.AUDIT for text in one.notices
    ]
    return [*found, *ending][:MAX_WARNINGS]


def _shown_uid(review: Review) -> str:
    """Return the uid, which leads from the API server's audit log to the gate's; it has none of its own."""
    return printable(review.request.uid, limit=MAX_UID_CHARACTERS)


def _denial(review: Review, verdict: Verdict, reasons_url: str) -> dict[str, Any]:
    refused = [finding for finding in verdict.findings if not finding.allowed]
    lines = [f"{len(refused)} of {len(verdict.findings)} images may not run:"]
    lines += [f"- {explain(finding)}" for finding in refused[:MAX_REFUSALS]]
    if len(refused) > MAX_REFUSALS:
        lines.append(f"- and {len(refused) - MAX_REFUSALS} more")
    lines += _links(refused[:MAX_REFUSALS], reasons_url)
    # A registry that is down is nobody's forbidden deed: clients tell the two apart by the code.
    down = all(finding.reason is Reason.UNAVAILABLE for finding in refused)
    return {
        "status": "Failure",
        "code": 503 if down else 403,
        "reason": "ServiceUnavailable" if down else "Forbidden",
        "message": "\n".join(lines),
        "details": {
            "kind": printable(review.request.kind.name, limit=63),
            "name": printable(review.request.name, limit=253),
            "causes": [_cause(review, finding) for finding in refused[:MAX_REFUSALS]],
        },
    }


def _links(refused: Sequence[Finding], reasons_url: str) -> Iterator[str]:
    """Yield a line for each reason that was given, once: ten images of one team mostly have one reason."""
    for reason in dict.fromkeys(finding.reason for finding in refused):
        link = section(reasons_url, reason)
        if link is not None:
            yield f"More about {reason}: {link}"


def _cause(review: Review, finding: Finding) -> dict[str, str]:
    """Render a `StatusCause`: the machine-readable twin of a line of the message."""
    field = finding.image.places[0].field
    path = f"{'.'.join(review.path)}.{field}" if review.path else field
    return {"reason": finding.reason, "message": finding.detail, "field": printable(path)}


def _warns(finding: Finding) -> bool:
    """Tell whether the person hears of it: a refusal that is not enforced, or a switch set to warn."""
    refused = finding.action is Action.DENY and finding.rule.mode is Mode.WARN
    return refused or (finding.action is Action.WARN and finding.rule.mode is not Mode.AUDIT)


def _warning(finding: Finding, text: str) -> str:
    """Say it shortly: what cannot be left out comes first, because the end is cut."""
    return shorten(f"scangate: {_places(finding.image)}: {text}", MAX_WARNING_CHARACTERS)


def _places(image: Image) -> str:
    named = ", ".join(f"{place.what} {printable(place.name, limit=63)}" for place in image.places[:MAX_PLACES])
    more = len(image.places) - MAX_PLACES
    return f"{named} and {more} more" if more > 0 else named
