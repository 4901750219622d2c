"""Events of a cluster about its workloads, each written once as long as the cluster keeps it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from urllib.parse import quote

from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.workload_events import WorkloadEvent, render_events
from webhook.errors import ClusterFailed, Conflict


class Calls(Protocol):
    """Makes calls of the Kubernetes API."""

    def call(self, method: str, what: str, path: str, *, body: object = None) -> bytes:
        """Return the answer. Raises `ClusterFailed`, or `Conflict` where there is an object of that name."""
        ...


class WorkloadEvents:
    """The events of one audit."""

    def __init__(self, calls: Calls, *, at: datetime, instance: str) -> None:
        """Write events by *calls*; *at* is when the audit began, and *instance* who runs it."""
        self._calls = calls
        self._at = at
        self._instance = instance

    def owner(self, audited: Audited) -> None:
        """Write what is wrong with a workload and not written yet.

        Raises:
            ClusterFailed: not all could be written; the others were.
        """
        events = render_events(audited, at=self._at, instance=self._instance)
        failures = [error for event in events for error in self._write(event)]
        if failures:
            raise ClusterFailed(f"{len(failures)} events could not be written: {failures[0]}")

    def finish(self, report: AuditReport) -> None:
        """Leave it at that: the cluster forgets events by itself."""

    def _write(self, event: WorkloadEvent) -> Iterator[ClusterFailed]:
        """Make an event. One of its name says the same, so that no right to read any is needed."""
        path = f"/apis/events.k8s.io/v1/namespaces/{quote(event.namespace, safe='')}/events"
        try:
            with suppress(Conflict):
                self._calls.call("POST", f"event {event.namespace}/{event.name}", path, body=event.body)
        except ClusterFailed as error:
            yield error
