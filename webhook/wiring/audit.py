"""The audit of running pods, put together."""

import logging
import logging.config
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import Semaphore
from typing import Any

from webhook.adapters.audit_shelves import ConfigMapShelf, FileShelf
from webhook.adapters.cluster_namespaces import ClusterNamespaces
from webhook.adapters.controllers import Controllers
from webhook.adapters.files import load
from webhook.adapters.policy_reports import PolicyReports
from webhook.adapters.running_pods import ClusterPods
from webhook.adapters.streams import LOGGER, log_config, write_line
from webhook.adapters.workload_events import WorkloadEvents
from webhook.core.audit_records import render_audit_report
from webhook.core.audit_scope import NamespaceScope
from webhook.core.cluster import ObjectName
from webhook.core.cluster_audit import AuditReport
from webhook.core.deadline import Deadline
from webhook.core.documents import Document
from webhook.core.environment import Environment
from webhook.core.policy_reports import ReportApi
from webhook.core.records import render_indented, render_line
from webhook.gate import Gate
from webhook.jobs.audit.audit import Audit, Progress, Sink
from webhook.jobs.audit.judging import MAX_RETRIES, Judge
from webhook.jobs.audit.page.page import render_page
from webhook.jobs.audit.recording import Records
from webhook.jobs.audit.stating import State
from webhook.jobs.audit.table import render_table
from webhook.wiring.clock import now
from webhook.wiring.cloud import connect_for_a_run, connected
from webhook.wiring.loading import load_once
from webhook.wiring.running import gate_of

STDOUT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What is judged, and how."""

    config: Path
    policy: Path | None = None
    """A policy instead of that of the configuration."""
    kubeconfig: str | None
    scope: NamespaceScope
    timeout: float
    """Seconds for one owner."""
    concurrency: int
    """Owners at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outputs:
    """What becomes of the results, beside the report."""

    records: Path | None = None
    """A file; `-` is standard output."""
    all_records: bool = False
    policy_reports: ReportApi | None = None
    events: bool = False
    state: Path | None = None
    state_config_map: ObjectName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What came of it."""

    report: AuditReport
    reasons_url: str
    """Where a copy of the guide to reasons is, or empty."""

    def text(self, form: str) -> str:
        """Return the report as it is asked for."""
        report, guide = self.report, self.reasons_url
        forms = {
            "table": partial(render_table, report, reasons_url=guide),
            "json": partial(_json, report),
            "html": partial(render_page, report, docs=guide or None),
        }
        return forms[form]()


def audit(terms: Terms, outputs: Outputs, environment: Environment, progress: Progress) -> Audited:
    """Judge what runs in a cluster.

    Raises:
        InvalidDocument: a file is missing or wrong; the message names file, field and value.
        Unauthorized: the identity is refused.
        ClusterFailed: there is no cluster.
    """
    # 70 MB and half a second that no gate pays.
    from webhook.adapters.cluster import connect  # noqa: PLC0415

    logging.config.dictConfig(log_config("info"))
    log = logging.getLogger(LOGGER)
    loaded = load_once(_configuration(terms), terms.config, environment)
    cluster = connect(terms.kubeconfig)
    with ExitStack() as stack:
        cloud = stack.enter_context(connected(connect_for_a_run(loaded, terms.concurrency)))
        report = Audit(
            pods=ClusterPods(get=cluster.get, scope=terms.scope, sleep=time.sleep, log=log).each,
            controllers=Controllers(cluster.get, log),
            judge=_judge(gate_of(loaded, cloud, ClusterNamespaces(cluster.get, log)), terms.timeout),
            aliases=loaded.settings.aliases,
            sinks=tuple(_sinks(outputs, cluster, terms.scope, stack)),
            progress=progress,
            now=now,
            workers=terms.concurrency,
        ).run()
    return Audited(report=report, reasons_url=loaded.settings.reasons_url)


def _configuration(terms: Terms) -> Document:
    document = load(terms.config)
    if terms.policy is None or not isinstance(document.content, dict):
        return document
    return replace(document, content={**document.content, "policyFile": str(terms.policy.absolute())})


def _judge(gate: Gate, seconds: float) -> Judge:
    return Judge(
        gate=gate,
        deadline=lambda: Deadline(time.monotonic() + seconds, time.monotonic),
        sleep=time.sleep,
        retries=Semaphore(MAX_RETRIES),
    )


def _sinks(outputs: Outputs, cluster: Any, scope: NamespaceScope, stack: ExitStack) -> Iterator[Sink]:
    """Yield what hears of the results; the state is last, and knows whether the others have failed."""
    began = now()
    if outputs.records is not None:
        yield Records(emit=_lines(outputs.records, stack), now=now, clean=outputs.all_records)
    if outputs.policy_reports is not None:
        yield PolicyReports(cluster, scope, api=outputs.policy_reports, at=began)
    if outputs.events:
        yield WorkloadEvents(cluster, at=began, instance=socket.gethostname())
    if outputs.state is not None:
        yield State(FileShelf(outputs.state))
    if outputs.state_config_map is not None:
        yield State(ConfigMapShelf(cluster, outputs.state_config_map))


def _lines(file: Path, stack: ExitStack) -> Callable[[Mapping[str, Any]], None]:
    descriptor = STDOUT
    if str(file) != "-":
        descriptor = stack.enter_context(file.open("wb", buffering=0)).fileno()
    write = write_line(descriptor)
    return lambda record: write(render_line(record))


def _json(report: AuditReport) -> str:
    return f"{render_indented(render_audit_report(report))}\n"
