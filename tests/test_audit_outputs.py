"""`scangate audit` with all of its outputs at once: they say the same, and a second run adds nothing to the cluster."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api_server import Document
from tests.auditing import Cluster, audited_cluster, running_pod
from tests.service.registry import registry
from webhook.core.audit_state import KEY, parse_audit_state

REPORTS = "/apis/wgpolicyk8s.io/v1alpha2/policyreports"
KINDS = {"/policyreports/": "reports", "/events/": "events", "/configmaps/": "states"}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run wrote."""

    files: dict[str, str]
    written: dict[str, list[Document]]
    """What the cluster has afterwards, by kind."""
    changes: set[str]
    """The ends of the paths of all calls but those that read."""


@dataclass(frozen=True, slots=True)
class Runs:
    """Two runs over the same cluster, of which the first one finds nothing there."""

    digest: str
    """Of the image with a critical vulnerability. It is the pod `web`'s; that of `good` has none."""
    first: Run
    second: Run


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Audit a cluster twice with everything that there is to write, as a table and as JSON."""
    with registry() as world, audited_cluster(tmp_path_factory.mktemp("audit"), world) as cluster:
        good, bad = world.app(), world.app(critical=1)
        cluster.run_pods(running_pod("good", good.reference), running_pod("web", bad.reference))
        cluster.server.put(REPORTS, {"metadata": {}, "items": []})
        first = audited(cluster, "table")
        stored = [{**one, "metadata": {"uid": "a", **one["metadata"]}} for one in first.written["reports"]]
        cluster.server.put(REPORTS, {"metadata": {}, "items": stored})
        yield Runs(bad.digest, first, audited(cluster, "json"))


def audited(cluster: Cluster, form: str) -> Run:
    """Audit it."""
    names = ("output", "html", "records", "state")
    files: list[str | Path] = [part for name in names for part in (f"--{name}", cluster.folder / name)]
    flags = ("--all-records", "--policy-reports", "--events", "--state-config-map", "scangate/last-audit")
    cluster.server.calls.clear()
    done = cluster.audit("--format", form, *files, *flags)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    objects = cluster.server.objects.items()
    return Run(
        files={name: (cluster.folder / name).read_text() for name in names},
        written={kind: [each for path, each in objects if part in path] for part, kind in KINDS.items()},
        changes={path.rpartition("/")[2] for method, path in cluster.server.calls if method != "GET"},
    )


def test_the_reports_for_people_and_programs(runs: Runs) -> None:
    """Table, JSON and HTML name the image that is over its limits, and nothing that went wrong."""
    (violation,) = json.loads(runs.second.files["output"])["violations"]
    assert violation["image"]["digest"] == runs.digest
    assert json.loads(runs.second.files["output"])["troubles"] == []
    for text in (runs.first.files["output"], runs.first.files["html"], runs.second.files["html"]):
        assert runs.digest in text


def test_records(runs: Runs) -> None:
    """Each workload has one in each run."""
    for run in (runs.first, runs.second):
        records = map(json.loads, run.files["records"].splitlines())
        assert {one["owner"]["name"]: one["decision"] for one in records} == {"good": "allow", "web": "deny"}


def test_what_the_cluster_is_given(runs: Runs) -> None:
    """Each workload has a policy report, and the one that would be refused an event."""
    written = runs.first.written
    assert {one["scope"]["name"]: one["summary"]["fail"] for one in written["reports"]} == {"good": 0, "web": 1}
    assert [(one["regarding"]["name"], runs.digest in one["note"]) for one in written["events"]] == [("web", True)]


def test_the_state(runs: Runs) -> None:
    """It is the same in the file and in the ConfigMap: one violation of one pod, and everything was looked at."""
    text = runs.second.files["state"]
    assert [one["data"] for one in runs.second.written["states"]] == [{KEY: text}]
    state = parse_audit_state(text, "it")
    assert (state.whole, state.pods, [one.pods for one in state.violations]) == (True, 2, [1])


def test_a_second_run(runs: Runs) -> None:
    """It makes no report anew, and no event beside the one that is there; only the state is of now."""
    first, second = runs.first.written, runs.second.written
    assert [second["reports"], second["events"]] == [first["reports"], first["events"]]
    assert runs.second.changes == {"events", "last-audit"}
