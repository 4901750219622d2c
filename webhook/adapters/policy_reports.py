"""Policy reports of a cluster: written where they have changed, and taken away where there is nothing to report."""

from contextlib import suppress
from datetime import datetime
from typing import Protocol

from webhook.adapters.report_objects import Calls, ReportObjects, StoredReport
from webhook.core.cluster import ObjectName
from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.policy_reports import ReportApi, WorkloadReport, render_report
from webhook.errors import Absent, ClusterFailed, Conflict

TRIES = 3
"""To write a report that somebody else is writing, too."""


class Scope(Protocol):
    """Which namespaces an audit is about."""

    def includes(self, namespace: str) -> bool:
        """Tell whether it is about that one."""
        ...


class PolicyReports:
    """The reports of one audit, one for each workload. Those of others are never touched."""

    def __init__(self, calls: Calls, scope: Scope, *, api: ReportApi, at: datetime) -> None:
        """Write reports of that API by *calls*; *at* is when the audit began."""
        self._objects = ReportObjects(calls, api)
        self._scope = scope
        self._api = api
        self._at = at
        self._unmet: dict[ObjectName, StoredReport] | None = None
        """What was there at the beginning, without what belongs to workloads that were met since."""
        self._given_up = False

    def owner(self, audited: Audited) -> None:
        """Write the report about a workload, if it says anything else than the one that is there.

        Raises:
            ClusterFailed: it cannot be written. Where none can, this is said once, and nothing is tried again.
        """
        if self._given_up:
            return
        unmet = self._open()
        report = render_report(audited, self._api, at=self._at)
        before = unmet.pop(ObjectName(report.namespace, report.name), None)
        if before is None or before.content != report.content:
            self._write(report, before)

    def finish(self, report: AuditReport) -> None:
        """Take away the reports about workloads that do not run any more, if everything was looked at.

        Raises:
            ClusterFailed: not all could be taken away; the others were.
        """
        if self._given_up or report.troubles:
            return
        failures = []
        for name, stored in self._open().items():
            if self._scope.includes(name.namespace):
                try:
                    self._objects.delete(name, stored)
                except ClusterFailed as error:
                    failures.append(error)
        if failures:
            raise ClusterFailed(f"{len(failures)} old policy reports could not be deleted: {failures[0]}")

    def _open(self) -> dict[ObjectName, StoredReport]:
        if self._unmet is None:
            try:
                self._unmet = dict(self._objects.list())
            except ClusterFailed as error:
                self._given_up = True
                raise ClusterFailed(f"no policy reports are written: {self._why(error)}") from error
        return self._unmet

    def _why(self, error: ClusterFailed) -> str:
        if not isinstance(error, Absent):
            return str(error)
        return (
            f"the cluster has no {self._objects.resource} in version {self._api.version}; "
            "install their CustomResourceDefinition, or do not ask for reports"
        )

    def _write(self, report: WorkloadReport, before: StoredReport | None) -> None:
        name = ObjectName(report.namespace, report.name)
        version = None if before is None else before.version
        for _ in range(TRIES - 1):
            with suppress(Absent, Conflict):
                self._objects.store(name, report.body, version)
                return
            version = self._objects.version(name)
        self._objects.store(name, report.body, version)
