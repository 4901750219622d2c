"""Audits of many pods: what they find, what they ask, what they write, and how much memory they take."""

import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.audits import ACCOUNT, Auditor
from tests.e2e.fleet import Fleet
from tests.e2e.installation import document
from tests.processes import eventually
from tests.service.registry import App, Registry

BAD_EVERY = 7
"""Every so many images have a critical vulnerability, and so violate the policy."""

RULES: list[Document] = [
    {
        "apiGroups": ["wgpolicyk8s.io"],
        "resources": ["policyreports"],
        "verbs": ["get", "list", "create", "update", "delete"],
    },
    {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": ["create"]},
]
"""What an audit needs to write all that it can."""

REPORTS = "/apis/wgpolicyk8s.io/v1alpha2/policyreports"
EVENTS = "/apis/events.k8s.io/v1/events"
CONTROLLER = "scangate.dev/audit"
"""Stands in the events of audits; the API server has some of its own."""

MEASURED = """
import atexit, runpy, sys
def peak():
    lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
    open({file!r}, "w").write(lines["VmHWM"].split()[0])
atexit.register(peak)
sys.argv = ["scangate", *sys.argv[1:]]
runpy.run_module("webhook", run_name="__main__")
"""
"""Runs a command of scangate, and leaves its greatest memory, in KiB, in a file."""


def bad(apps: list[App]) -> list[App]:
    """Return the images that violate the policy."""
    return apps[::BAD_EVERY]


@dataclass(frozen=True, slots=True)
class Run:
    """One audit that has ended."""

    report: Document
    calls: int
    """Of the scanner."""
    most_calls: int
    """About one image."""
    written: int
    """Requests to write that the API server has granted."""
    refused: int
    """Those to which it said that there is such an object already."""
    kib: int
    """The most memory that it took."""

    @property
    def found(self) -> dict[str, tuple[int, set[str]]]:
        """Where what violates the policy runs, as `Fleet.running` says it."""
        return {
            one["image"]["digest"]: (
                one["podCount"],
                {"/".join((owner["namespace"], owner["kind"], owner["name"])) for owner in one["owners"]},
            )
            for one in self.report["violations"]
        }


@dataclass(frozen=True, slots=True)
class Scale:
    """A cluster with many pods, and somebody who audits it."""

    cluster: ApiServer
    fleet: Fleet
    registry: Registry
    auditor: Auditor

    def audit(self, *more: str | Path) -> Run:
        """Audit it, and write everything that an audit can write but its state, which always is of its own time."""
        before = len(self._writes())
        self.registry.emulator.calls.clear()
        peak = self.auditor.folder / "peak"
        self.auditor.folder.mkdir(exist_ok=True)
        command = [sys.executable, "-c", MEASURED.format(file=str(peak))]
        report = self.auditor.report("--policy-reports", "--events", *more, code=1, command=command)
        counts = self.registry.emulator.calls.counts()
        scans = [number for call, number in counts.items() if call.endswith(":lastScanResult")]
        codes = [event["responseStatus"]["code"] for event in self._writes()[before:]]
        written = sum(code < 300 for code in codes)
        return Run(report, sum(scans), max(scans), written, codes.count(409), int(peak.read_text()))

    def stored(self) -> dict[str, str]:
        """Return the version of everything that audits have written."""
        reports = self.cluster.api.send("GET", REPORTS).done()["items"]
        events = self.cluster.api.send("GET", EVENTS).done()["items"]
        mine = [each for each in events if each.get("reportingController") == CONTROLLER]
        return {each["metadata"]["uid"]: each["metadata"]["resourceVersion"] for each in (*reports, *mine)}

    def _writes(self) -> list[Document]:
        """Return what the account has written. The log is a moment behind: wait for what comes later."""
        mark = f"mark-{time.time_ns()}"
        self.cluster.api.create(document("v1", "ConfigMap", mark, "scangate")).done()
        events: list[Document] = []

        def marked() -> bool:
            events[:] = self.cluster.audited()
            return any(event["objectRef"].get("name") == mark for event in events)

        eventually(marked)
        return [event for event in events if event["user"]["username"].endswith(f":{ACCOUNT}")]
