"""`scangate audit`: what it takes, where its results go, and its exit codes."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from tests.auditing import PODS, Cluster, audited_cluster, running_pod
from tests.processes import PATIENCE_SECONDS, ROOT, TOKEN, clean_environment
from tests.service.registry import App, Registry, registry
from webhook.cli import commands
from webhook.core.audit_state import KEY, parse_audit_state

CONFIG_MAP = "/api/v1/namespaces/scangate/configmaps/last-audit"


@pytest.fixture(scope="module")
def world() -> Iterator[Registry]:
    """A registry for the images of these tests."""
    with registry() as served:
        yield served


@pytest.fixture
def cluster(tmp_path: Path, world: Registry) -> Iterator[Cluster]:
    """A cluster without pods."""
    with audited_cluster(tmp_path, world) as served:
        yield served


@pytest.fixture
def bad(cluster: Cluster) -> App:
    """Have the cluster run a good image, and one with a critical vulnerability, which is returned."""
    good, bad = cluster.registry.app(), cluster.registry.app(critical=1)
    cluster.run_pods(running_pod("good", good.reference), running_pod("web", bad.reference))
    return bad


def test_help_teaches() -> None:
    """It says what is judged and by what, with examples, the rights that are needed, and what exit codes mean."""
    shown = CliRunner().invoke(commands, ["audit", "--help"])
    assert shown.exit_code == 0
    for said in ("--config gate.yaml", "| jq", "list  pods", "Exit codes: 0", "YC_TOKEN", "replicasets"):
        assert said in shown.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing option '--config'"),
        (["--config", "gate.yaml", "--timeout", "soon"], "'soon' is not a duration"),
        (["--config", "gate.yaml", "--state-config-map", "audit"], "'audit' is not NAMESPACE/NAME"),
        (["--config", "gate.yaml", "--state-config-map", "a/b/c"], "'a/b/c' is not NAMESPACE/NAME"),
        (["--config", "gate.yaml", "--concurrency", "0"], "0 is not in the range"),
    ],
)
def test_wrong_use(arguments: list[str], said: str) -> None:
    """It is exit code 2, with what would be right."""
    shown = CliRunner().invoke(commands, ["audit", *arguments])
    assert shown.exit_code == 2
    assert said in shown.stderr


def test_all_is_well(cluster: Cluster) -> None:
    """It is exit code 0, with one line."""
    cluster.run_pods(running_pod("web", cluster.registry.app().reference))
    done = cluster.audit()
    assert (done.returncode, done.stdout) == (
        0,
        "1 pods of 1 owners in 1 namespaces run 1 images; 0 violations, 0 would be denied\n",
    )


def test_violations(cluster: Cluster, bad: App) -> None:
    """It is exit code 1, with what is violated and where it runs."""
    done = cluster.audit()
    assert done.returncode == 1
    assert f"1. {bad.reference}\n   over-limits: 1 critical (limit 0)" in done.stdout
    assert "runs in shop/Pod/web" in done.stdout


@pytest.mark.parametrize(
    ("mode", "fail_on", "code"),
    [
        ("enforce", "deny", 1),
        ("enforce", "never", 0),
        ("audit", "deny", 0),
        ("audit", "warn", 1),
        ("warn", "warn", 1),
        ("warn", "deny", 0),
    ],
)
def test_what_counts(tmp_path: Path, world: Registry, mode: str, fail_on: str, code: int) -> None:
    """What a rule does not enforce does not fail, unless that is wanted; and nothing does where that is wanted."""
    with audited_cluster(tmp_path, world, rule={"mode": mode}) as cluster:
        cluster.run_pods(running_pod("web", world.app(critical=1).reference))
        assert len(cluster.report("--fail-on", fail_on, code=code)["violations"]) == 1


def test_not_whole(cluster: Cluster, bad: App) -> None:
    """What could not be read is exit code 2, whatever was found and whatever should fail."""
    cluster.server.broken[PODS] = (403, b'{"message": "you may not list pods"}')
    done = cluster.audit("--fail-on", "never")
    assert done.returncode == 2
    assert "Not everything could be judged:\n  pods: HTTP 403: you may not list pods" in done.stdout


@pytest.mark.parametrize("option", ["--config", "--policy"])
def test_no_answer(cluster: Cluster, option: str) -> None:
    """A file that is not there is exit code 2 and one line."""
    done = cluster.audit(option, "none.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("scangate: ")
    assert "none.yaml" in done.stderr


def test_another_policy(cluster: Cluster, bad: App, tmp_path: Path) -> None:
    """A policy can be tried on what runs."""
    rule = {"name": "tried", "limits": {"critical": 5}}
    policy = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [rule]}
    (tmp_path / "tried.yaml").write_text(yaml.safe_dump(policy))
    assert cluster.report("--policy", tmp_path / "tried.yaml")["violations"] == []


def test_report_in_a_file(cluster: Cluster, bad: App, tmp_path: Path) -> None:
    """Standard output stays empty."""
    done = cluster.audit("--format", "json", "--output", tmp_path / "report.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads((tmp_path / "report.json").read_text())["kind"] == "ClusterAuditReport"


def test_records(cluster: Cluster, bad: App, tmp_path: Path) -> None:
    """They go to a file, or to a standard output that holds nothing else."""
    cluster.audit("--records", tmp_path / "records")
    [record] = map(json.loads, (tmp_path / "records").read_text().splitlines())
    assert (record["kind"], record["owner"]["name"]) == ("ClusterAuditRecord", "web")
    done = cluster.audit("--records", "-", "--all-records")
    assert [json.loads(line)["owner"]["name"] for line in done.stdout.splitlines()] == ["good", "web"]
    assert "2 pods of 2 owners" in done.stderr


def test_state(cluster: Cluster, bad: App, tmp_path: Path) -> None:
    """What it came to goes to a file and to a ConfigMap."""
    cluster.audit("--state", tmp_path / "state", "--state-config-map", "scangate/last-audit")
    text = (tmp_path / "state").read_text()
    assert cluster.server.objects[CONFIG_MAP]["data"] == {KEY: text}
    state = parse_audit_state(text, "it")
    assert (state.whole, state.pods, [one.pods for one in state.violations]) == (True, 2, [1])


def test_output_that_cannot_be_written(cluster: Cluster, bad: App, tmp_path: Path) -> None:
    """The report is given all the same, and the exit code is 2."""
    report = cluster.report("--state", tmp_path / "none" / "state", code=2)
    assert len(report["violations"]) == 1
    assert "none/" in report["troubles"][0]


def test_nothing_secret_is_shown(cluster: Cluster, bad: App) -> None:
    """No token is in what it says."""
    done = cluster.audit("--records", "-")
    assert TOKEN not in done.stdout + done.stderr


def test_progress_on_a_terminal(cluster: Cluster, bad: App) -> None:
    """A bar shows how far it is, on standard error."""
    here, there = pty.openpty()
    config = cluster.folder / "gate.yaml"
    cluster.audit()
    with subprocess.Popen(
        [sys.executable, "-m", "webhook", "audit", "--config", config, "--kubeconfig", cluster.server.kubeconfig],
        cwd=ROOT,
        env=clean_environment() | {"YC_TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=there,
    ) as process:
        process.communicate(timeout=PATIENCE_SECONDS)
    os.close(there)
    shown = os.read(here, 65536).decode()
    os.close(here)
    assert "[##############################]  2 of 2 pods read" in shown
