"""What a finding of an audit means for the workload: the words of policy reports, and what a finding is known by."""

import hashlib
from enum import StrEnum
from typing import assert_never

from webhook.core.cluster_audit import Owner
from webhook.core.policy import Action, RuleAction
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding


class Outcome(StrEnum):
    """What became of a check, as `PolicyReportResult.result` names it; the strictest first."""

    FAIL = "fail"
    """The image would be refused."""
    ERROR = "error"
    """It could not be judged."""
    WARN = "warn"
    """It would be admitted with a warning, or by a rule that does not enforce."""
    SKIP = "skip"
    """The policy admits it unseen."""
    PASS = "pass"  # noqa: S105 - a word of the API


STRICTEST_FIRST = tuple(Outcome)

UNJUDGED = frozenset({Reason.UNAVAILABLE, Reason.UNAUTHORIZED, Reason.UNREADABLE, Reason.NAMESPACE_UNKNOWN})
"""Reasons that are about who asked and what was asked, and not about the image."""


def outcome(finding: Finding) -> Outcome:
    """Return what a finding means for what runs."""
    if finding.reason in UNJUDGED:
        return Outcome.ERROR
    match finding.action:
        case Action.DENY:
            return Outcome.WARN if finding.allowed else Outcome.FAIL
        case Action.WARN:
            return Outcome.WARN
        case Action.ALLOW:
            return Outcome.PASS if finding.rule.action is RuleAction.JUDGE else Outcome.SKIP
        case _:
            assert_never(finding.action)


def order(finding: Finding) -> tuple[int, str, str]:
    """Return by what findings are sorted: the strictest first, and then the same order in each run."""
    return STRICTEST_FIRST.index(outcome(finding)), finding.image.text, finding.digest or ""


def mark(owner: Owner, finding: Finding) -> str:
    """Return what a finding is known by in each run, in hexadecimal digits: of whom, which image, and what is wrong.

    Numbers, scans and times are no part of it: the same fault goes on when another scan finds it again.
    """
    parts = (owner.uid, finding.image.text, finding.digest or "", finding.rule.name, finding.reason.value)
    return hashlib.sha256("\0".join(parts).encode(errors="backslashreplace")).hexdigest()[:16]


def reference(owner: Owner) -> dict[str, str]:
    """Return an `ObjectReference` to a workload."""
    return {
        "apiVersion": owner.api_version,
        "kind": owner.kind,
        "namespace": owner.namespace,
        "name": owner.name,
        "uid": owner.uid,
    }
