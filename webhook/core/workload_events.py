"""Events that tell the owners of a workload what would be refused of it, where they look first.

Source: `Event` of events.k8s.io/v1. An API server keeps events for an hour unless it is told otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webhook.core.audit_outcomes import Outcome, mark, order, outcome, reference
from webhook.core.cluster_audit import Audited
from webhook.core.printable import printable, shorten
from webhook.core.reasons import REMEDIES
from webhook.core.times import render_micro_time
from webhook.core.verdict import Finding

CONTROLLER = "scangate.dev/audit"
ACTION = "Audit"

REASONS = {Outcome.FAIL: "ScanPolicyViolation", Outcome.WARN: "ScanPolicyWarning"}
"""The events that there are, by what became of an image. That one could not be judged is no affair of its owners."""

MAX_EVENTS = 10
"""Of one workload in one run, the strictest first."""

MAX_NOTE = 1024
"""What the API takes."""

MAX_INSTANCE = 128
"""What the API takes."""

MAX_NAME = 200
"""Of the workload's name in that of the event, which the API holds to 253."""


@dataclass(frozen=True, slots=True)
class WorkloadEvent:
    """An event that is ready to be written."""

    namespace: str
    name: str
    """The same for the same fault in each run."""
    body: dict[str, Any]


def render_events(audited: Audited, *, at: datetime, instance: str) -> Iterator[WorkloadEvent]:
    """Yield an event for each image of a workload that would not simply be admitted; *instance* is who looked."""
    owner = audited.owner
    told = [finding for finding in sorted(audited.verdict.findings, key=order) if outcome(finding) in REASONS]
    for finding in told[:MAX_EVENTS]:
        name = f"{owner.name[:MAX_NAME].rstrip('.-')}.{mark(owner, finding)}"
        body = {
            "apiVersion": "events.k8s.io/v1",
            "kind": "Event",
            "metadata": {"name": name, "namespace": owner.namespace},
            "eventTime": render_micro_time(at),
            "type": "Warning",
            "reason": REASONS[outcome(finding)],
            "action": ACTION,
            "note": _note(finding),
            "regarding": reference(owner),
            "reportingController": CONTROLLER,
            "reportingInstance": shorten(instance, MAX_INSTANCE),
        }
        yield WorkloadEvent(owner.namespace, name, body)


def _note(finding: Finding) -> str:
    """Say what is wrong and, whatever has to be cut, what to do."""
    remedy = f" {REMEDIES[finding.reason]}"
    what = f"{printable(finding.image.text, limit=320)}: {finding.reason}: {finding.detail} (rule {finding.rule.name})."
    return shorten(what, MAX_NOTE - len(remedy)) + remedy
