"""The audit: pods are read, put together by their owners, judged, and told of. Start reading here.

All of it is a stream, namespace by namespace, so that a large cluster takes no more memory than a small one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import msgspec

from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.printable import printable
from webhook.core.running_pods import RunningPod, parse_pod
from webhook.errors import ClusterFailed, InvalidReview
from webhook.jobs.audit.collecting import Collection
from webhook.jobs.audit.grouping import Controllers, Group, grouped
from webhook.jobs.audit.judging import Judge, Judged
from webhook.jobs.audit.side_by_side import side_by_side

FAILURES = (ClusterFailed, OSError)
"""With which a sink cannot write what it should: the audit goes on, and is not whole."""


class Pod(Protocol):
    """A pod as the API server sent it."""

    @property
    def namespace(self) -> str:
        """Its namespace."""
        ...

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def document(self) -> msgspec.Raw:
        """All of it."""
        ...

    @property
    def left(self) -> int:
        """How many are known to come later."""
        ...


class Sink(Protocol):
    """Hears of everything that an audit finds, namespace by namespace; never of two things at once."""

    def owner(self, audited: Audited) -> None:
        """Hear of an owner, also of one with which nothing is wrong. Raises one of `FAILURES`."""
        ...

    def finish(self, report: AuditReport) -> None:
        """Hear of the end, also of an audit that is not whole. Raises one of `FAILURES`."""
        ...


class Progress(Protocol):
    """Shows how far an audit is."""

    def audited(self, pods: int, of: int) -> None:
        """Hear of so many pods that were read, and how many are known to be there."""
        ...

    def ended(self, pods: int) -> None:
        """Hear that all of them were."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """One audit of the pods of a cluster."""

    pods: Callable[[], Iterable[Pod]]
    """Reads them, all pods of a namespace one after the other. May raise `ClusterFailed` at any of them."""
    controllers: Controllers
    judge: Judge
    aliases: Mapping[str, str]
    sinks: Sequence[Sink]
    progress: Progress
    now: Callable[[], datetime]
    workers: int
    """So many owners are judged at the same time."""

    def run(self) -> AuditReport:
        """Audit everything, and return what was found; what could not be read, judged or written is in the report."""
        started, found = self.now(), Collection()
        for judged in side_by_side(self.judge.judged, self._groups(found), self.workers):
            found.add(judged)
            self._tell(judged, found)
        return self._finish(found.report(started=started, finished=self.now()))

    def _groups(self, found: Collection) -> Iterator[Group]:
        """Yield what runs for each owner. The namespace in which reading breaks off is left out as a whole."""
        try:
            yield from grouped(self._running(found), self.controllers)
        except ClusterFailed as error:
            found.trouble(f"{error}; pods from there on were not judged")

    def _running(self, found: Collection) -> Iterator[RunningPod]:
        read = 0
        for read, pod in enumerate(self.pods(), 1):
            self.progress.audited(read, read + pod.left)
            try:
                running = parse_pod(pod.document, self.aliases)
            except InvalidReview as error:
                found.trouble(printable(f"{pod.namespace}/Pod/{pod.name}: {error}"))
                continue
            if running is not None:
                yield running
        self.progress.ended(read)

    def _tell(self, judged: Judged, found: Collection) -> None:
        if judged.audited is None:
            return
        for sink in self.sinks:
            try:
                sink.owner(judged.audited)
            except FAILURES as error:
                found.trouble(str(error))

    def _finish(self, report: AuditReport) -> AuditReport:
        """Bring every sink to its end. What one of them cannot write is a trouble that the next ones hear of."""
        for sink in self.sinks:
            try:
                sink.finish(report)
            except FAILURES as error:
                report = replace(report, troubles=(*report.troubles, str(error)))
        return report
