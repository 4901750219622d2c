"""The gate before a real API server: what people see when they apply manifests."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml

from tests.e2e.api import Document
from tests.e2e.guarded import Guard, deployment, pod, pod_spec, workloads
from tests.processes import eventually
from tests.service.registry import App

REMEDY = "Rebuild it on patched packages, push, and deploy the new digest."


def refused(app: App, container: str) -> str:
    """Return the pattern of what a person reads whose image shows three critical vulnerabilities."""
    return (
        r'admission webhook "validate\.scangate\.dev" denied the request: 1 of 1 images may not run:\n'
        rf"- container {container}: {re.escape(app.reference)}: over-limits: 3 critical \(limit 0\) "
        rf"in scan {app.scan_id} of \S+ \(rule default\)\. {re.escape(REMEDY)}\n"
        r"More about over-limits: docs/reasons\.md#over-limits"
    )


def test_deployment_over_its_limits_is_refused_where_it_is_applied(guard: Guard, guarded: str) -> None:
    """kubectl shows container, image, scan, counts and limits, the rule, and what to do; nothing is stored."""
    bad = guard.registry.app(critical=3)
    done = guard.cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(deployment(guarded, bad)))
    assert done.returncode == 1
    beginning = r'Error from server \(Forbidden\): error when creating "STDIN": '
    assert re.fullmatch(beginning + refused(bad, "app-0") + "\n", done.stderr), done.stderr
    assert guard.cluster.api.get(deployment(guarded, bad)).status == 404


@pytest.mark.parametrize("kind", workloads("", App(0)))
def test_each_kind_is_judged(guard: Guard, guarded: str, kind: str) -> None:
    """Whatever makes pods is refused with a bad image, and taken with a good one."""
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    answer = guard.cluster.api.create(workloads(guarded, bad)[kind])
    assert answer.status == 403
    assert re.fullmatch(refused(bad, "app-0"), answer.message)
    assert guard.cluster.api.create(workloads(guarded, good)[kind]).ok


def test_pods_of_an_admitted_deployment_are_judged(guard: Guard, namespace: str) -> None:
    """A Deployment that was there before the gate gets no pod with a bad image; with a good one it does."""
    guard.cluster.needs("kube-controller-manager")
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    guard.cluster.api.create(deployment(namespace, bad, replicas=0)).done()
    guard.release.guard(namespace)
    guard.release.wait(namespace)
    guard.cluster.api.patch(deployment(namespace, bad), {"spec": {"replicas": 1}}).done()

    def told() -> list[str]:
        events = guard.cluster.api.send("GET", f"/api/v1/namespaces/{namespace}/events").done()["items"]
        return [event["message"] for event in events if event["reason"] == "FailedCreate"]

    eventually(lambda: bool(told()))
    assert f"- container app-0: {bad.reference}: over-limits: 3 critical (limit 0)" in told()[0]

    def pods() -> list[Document]:
        found = guard.cluster.api.send("GET", f"/api/v1/namespaces/{namespace}/pods").done()["items"]
        assert isinstance(found, list)
        return found

    assert pods() == []
    guard.cluster.api.patch(
        deployment(namespace, good), {"spec": {"template": {"spec": pod_spec(good.reference)}}}
    ).done()
    eventually(lambda: [each["spec"]["containers"][0]["image"] for each in pods()] == [good.reference])


def test_dry_run(guard: Guard, guarded: str) -> None:
    """Asked what would happen, the API server asks the gate, which has no side effects."""
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    assert guard.cluster.api.create(pod(guarded, bad), dry_run=True).status == 403
    assert guard.cluster.api.create(pod(guarded, good), dry_run=True).ok
    assert guard.cluster.api.get(pod(guarded, good)).status == 404


def test_decisions_are_in_both_audit_logs(guard: Guard, guarded: str) -> None:
    """The API server's own audit log has decision and reason, and the uid by which to find the gate's own record."""
    bad, good = guard.registry.app(critical=3), guard.registry.app()
    guard.cluster.api.create(pod(guarded, bad, "bad"))
    guard.cluster.api.create(pod(guarded, good, "good")).done()

    def events() -> list[Document]:
        return [
            event
            for event in guard.cluster.audited()
            if (event["objectRef"]["resource"], event["objectRef"].get("namespace")) == ("pods", guarded)
            and event["objectRef"]["name"] in ("bad", "good")
        ]

    eventually(lambda: len(events()) == 2)
    prefix = "validate.scangate.dev/"
    noted = [{key: text for key, text in event["annotations"].items() if key.startswith(prefix)} for event in events()]
    for name, decision, reason in (("bad", "deny", "over-limits"), ("good", "allow", "within-limits")):
        record = recorded(guard, guarded, name)
        said = {"decision": decision, "mode": "enforce", "reason": reason, "uid": record["request"]["uid"]}
        assert noted.pop(0) == {f"{prefix}{key}": text for key, text in said.items()}
        assert (record["decision"], record["reason"], record["request"]["user"]) == (decision, reason, "admin")


def recorded(guard: Guard, namespace: str, name: str) -> Document:
    """Return the gate's audit record of an object."""
    wanted = (namespace, name)
    return guard.gate.process.output.first(
        lambda line: (line["request"]["namespace"], line["request"]["name"]) == wanted
    )


@pytest.fixture
def warning(guard: Guard) -> Iterator[None]:
    """Have the gate warn where it would refuse, for one test."""
    policy = guard.folder / "policy.yaml"
    text = policy.read_text()
    probe = guard.registry.app(critical=1)
    policy.write_text(text.replace("mode: enforce", "mode: warn"))
    eventually(lambda: bool(guard.gate.judge(probe.review())["allowed"]))
    yield
    policy.write_text(text)
    eventually(lambda: not guard.gate.judge(probe.review())["allowed"])


def test_warnings(guard: Guard, guarded: str, warning: None) -> None:
    """In mode `warn` kubectl shows what would be refused, and the pod is there."""
    bad = guard.registry.app(critical=3)
    done = guard.cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(pod(guarded, bad)))
    assert (done.returncode, done.stdout) == (0, "pod/web created\n")
    assert done.stderr.startswith("Warning: ")
    assert "over-limits" in done.stderr


@pytest.mark.parametrize("parallel", [20, 50])
def test_many_at_once(guard: Guard, guarded: str, parallel: int) -> None:
    """Of 200 Deployments that are created side by side all are, and no bad one among them.

    In a dry run: the gate is asked all the same, and the controllers are not kept busy for the tests that follow.
    """
    good, bad = guard.registry.app(), guard.registry.app(critical=3)

    def create(number: int) -> int:
        name, app = f"web-{number}", bad if number % 10 == 0 else good
        return guard.cluster.api.create(deployment(guarded, app, name), dry_run=True).status

    with ThreadPoolExecutor(parallel) as clients:
        statuses = list(clients.map(create, range(220)))
    assert statuses == [403 if number % 10 == 0 else 201 for number in range(220)]
