"""What an audit of running pods writes for programs: a record of each owner, and a report of all of it.

Both say of an image what an audit record of the gate says (`docs/audit-record.schema.json`). Their own schemas are
`docs/cluster-audit-record.schema.json` and `docs/cluster-audit-report.schema.json`.
"""

from datetime import datetime
from typing import Any

from webhook.core.audit_outcomes import reference
from webhook.core.cluster_audit import Audited, AuditReport, Owner, Violation
from webhook.core.printable import shorten
from webhook.core.reasons import REMEDIES
from webhook.core.records import API_VERSION, MAX_TEXT, render_image, render_outcome
from webhook.core.times import render_time

RECORD = "ClusterAuditRecord"
"""Not `AdmissionRecord`: nothing was asked for, and nothing was admitted or refused."""

REPORT = "ClusterAuditReport"


def render_audit_record(audited: Audited, *, at: datetime) -> dict[str, Any]:
    """Return the record of what runs for one owner."""
    return {
        "apiVersion": API_VERSION,
        "kind": RECORD,
        "time": render_time(at),
        "owner": _owner(audited.owner),
        "pods": [shorten(name, MAX_TEXT) for name in audited.pods],
        "podCount": audited.pod_count,
        **render_outcome(audited.verdict),
    }


def render_audit_report(report: AuditReport) -> dict[str, Any]:
    """Return the whole of an audit."""
    return {
        "apiVersion": API_VERSION,
        "kind": REPORT,
        "whole": not report.troubles,
        "startedAt": render_time(report.started),
        "finishedAt": render_time(report.finished),
        "policy": report.policy,
        "namespaces": report.namespaces,
        "owners": report.owners,
        "pods": report.pods,
        "images": report.images,
        "violations": [_violation(one) for one in report.violations],
        "troubles": list(report.troubles),
    }


def _violation(violation: Violation) -> dict[str, Any]:
    finding = violation.finding
    return {
        "image": render_image(finding),
        "allowed": finding.allowed,
        "remedy": REMEDIES[finding.reason],
        "owners": [_owner(owner) for owner in violation.owners],
        "ownerCount": violation.owner_count,
        "podCount": violation.pod_count,
    }


def _owner(owner: Owner) -> dict[str, str]:
    return {key: shorten(text, MAX_TEXT) for key, text in reference(owner).items()}
