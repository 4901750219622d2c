"""Reports about workloads as Policy Reporter and the tools around Kyverno read them, one for each workload.

Sources: `policyreports.wgpolicyk8s.io` v1alpha2 of kubernetes-sigs/wg-policy-prototypes, and `reports.openreports.io`
v1alpha1, its successor, which differs in one field that is written here.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from webhook.core.audit_outcomes import STRICTEST_FIRST, Outcome, order, outcome, reference
from webhook.core.cluster_audit import Audited, Owner
from webhook.core.evidence import Scanned, Unusable
from webhook.core.printable import printable
from webhook.core.reasons import REMEDIES
from webhook.core.times import render_time
from webhook.core.verdict import Finding

SOURCE = "scangate"
POLICY = "scan-policy"
CATEGORY = "Image vulnerabilities"

MANAGED_BY = "app.kubernetes.io/managed-by"
"""Label that is `SOURCE` on every report that an audit wrote."""

CONTENT = "scangate.dev/content"
"""Annotation with the hash of a report without its times: an equal one need not be written."""

MAX_RESULTS = 100
"""Of one report, the strictest first, at about a kilobyte each; etcd takes 1.5 MiB. The summary counts all."""

MAX_NAMED = 10
"""Containers that a result names."""

SEVERITIES = {Outcome.FAIL: "high", Outcome.ERROR: "medium", Outcome.WARN: "medium"}
"""How much a result matters, by what the policy says. All versions of the API know these words, and no others."""


class ReportApi(StrEnum):
    """The API group of the reports."""

    POLICY_REPORTS = "wgpolicyk8s.io"
    OPEN_REPORTS = "openreports.io"

    @property
    def version(self) -> str:
        """The version of the group that is written."""
        return "v1alpha2" if self is ReportApi.POLICY_REPORTS else "v1alpha1"

    @property
    def kind(self) -> str:
        """The kind of a report."""
        return "PolicyReport" if self is ReportApi.POLICY_REPORTS else "Report"

    @property
    def plural(self) -> str:
        """The resource."""
        return f"{self.kind.lower()}s"


@dataclass(frozen=True, slots=True)
class WorkloadReport:
    """A report that is ready to be written."""

    namespace: str
    name: str
    content: str
    """Hash of all but the times."""
    body: dict[str, Any]


def report_name(owner: Owner) -> str:
    """Return the name of the report about a workload, which keeps it as long as the workload is the same object."""
    return f"{SOURCE}-{owner.uid}"


def render_report(audited: Audited, api: ReportApi, *, at: datetime) -> WorkloadReport:
    """Return the report about a workload that was looked at then."""
    owner = audited.owner
    findings = sorted(audited.verdict.findings, key=order)
    results = [_result(finding) for finding in findings[:MAX_RESULTS]]
    top = {"source": SOURCE} if api is ReportApi.OPEN_REPORTS else {}
    rest = {"scope": reference(owner), "summary": _summary(findings), **top}
    content = hashlib.sha256(msgspec.json.encode([rest, results], order="sorted")).hexdigest()[:32]
    found = {"timestamp": {"seconds": int(at.timestamp()), "nanos": 0}}
    body = {
        "apiVersion": f"{api.value}/{api.version}",
        "kind": api.kind,
        "metadata": {
            "name": report_name(owner),
            "namespace": owner.namespace,
            "labels": {MANAGED_BY: SOURCE},
            "annotations": {CONTENT: content},
            # With the workload the report goes, too.
            "ownerReferences": [
                {"apiVersion": owner.api_version, "kind": owner.kind, "name": owner.name, "uid": owner.uid}
            ],
        },
        **rest,
        "results": [result | found for result in results],
    }
    return WorkloadReport(owner.namespace, report_name(owner), content, body)


def _summary(findings: list[Finding]) -> dict[str, int]:
    counted = Counter(map(outcome, findings))
    return {each.value: counted[each] for each in STRICTEST_FIRST}


def _result(finding: Finding) -> dict[str, Any]:
    became = outcome(finding)
    severity = {"severity": SEVERITIES[became]} if became in SEVERITIES else {}
    return {
        "source": SOURCE,
        "policy": POLICY,
        "rule": finding.rule.name,
        "category": CATEGORY,
        "result": became.value,
        **severity,
        # What a policy only warns of is not scored: so the API tells `warn` from `fail`.
        "scored": became not in {Outcome.WARN, Outcome.SKIP},
        "message": printable(f"{finding.reason}: {finding.detail}. {REMEDIES[finding.reason]}", limit=1000),
        "properties": _properties(finding),
    }


def _properties(finding: Finding) -> dict[str, str]:
    evidence, places = finding.evidence, sorted({place.name for place in finding.image.places})
    facts = {
        "image": printable(finding.image.text),
        "digest": finding.digest,
        "reason": finding.reason.value,
        "mode": finding.rule.mode.value,
        "containers": printable(", ".join(places[:MAX_NAMED])),
        "scan": evidence.scan_id if isinstance(evidence, Scanned | Unusable) else None,
        "scannedAt": render_time(evidence.scanned_at) if isinstance(evidence, Scanned) else None,
    }
    return {name: fact for name, fact in facts.items() if fact}
