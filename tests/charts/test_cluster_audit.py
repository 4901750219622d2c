"""The job that audits what runs: what it runs, as whom, and how its results come to the gate."""

import re

import pytest
import yaml

from charts import CHART
from charts.rendering import render
from tests.charts.release import Content, release
from tests.documents import text

NAMES = ("cluster-audit", "cluster-audit-with-all", "cluster-audit-of-fetched-table")


def cron(name: str = "cluster-audit") -> Content:
    """Return what is said of the CronJob."""
    found: Content = release(name).one("CronJob", "scangate-audit")["spec"]
    return found


def pod(name: str = "cluster-audit") -> Content:
    """Return the pod of the job."""
    found: Content = cron(name)["jobTemplate"]["spec"]["template"]["spec"]
    return found


def arguments(name: str = "cluster-audit") -> list[str]:
    """Return what the command is told."""
    return list(pod(name)["containers"][0]["args"])


def test_without_it() -> None:
    """By default there is none of it."""
    assert not any(each.name == "scangate-audit" for each in release().objects)
    assert "audit" not in {each["name"] for each in release().gate["spec"]["volumes"]}


def test_course() -> None:
    """It never runs twice at once, ends in time, is not made up for hours later, and tries a second time."""
    assert (cron()["schedule"], cron()["concurrencyPolicy"], cron()["suspend"]) == ("40 3 * * *", "Forbid", False)
    assert "timeZone" not in cron()
    assert cron("cluster-audit-with-all")["timeZone"] == "Europe/Moscow"
    job = cron()["jobTemplate"]["spec"]
    assert (cron()["startingDeadlineSeconds"], job["activeDeadlineSeconds"], job["backoffLimit"]) == (3600, 3600, 1)
    assert (cron()["successfulJobsHistoryLimit"], cron()["failedJobsHistoryLimit"]) == (1, 2)


def test_what_is_audited() -> None:
    """Namespaces that the webhook exempts are left out, unless it is said otherwise, or what to audit."""
    left_out = ["kube-system", "scangate"]
    said = arguments()
    assert set(left_out) <= {
        after for before, after in zip(said, said[1:], strict=False) if before == "--exclude-namespace"
    }
    assert "--exclude-namespace" not in arguments("cluster-audit-of-fetched-table")
    said = arguments("cluster-audit-with-all")
    assert (said[said.index("--namespace") + 1], said[said.index("--exclude-namespace") + 1]) == ("shop", "playground")


def test_outputs() -> None:
    """Violations are no failure of the job; reports, events and records are written where that is asked for."""
    said = arguments()
    assert said[:3] == ["audit", "--config", "/etc/scangate/gate/gate.yaml"]
    assert said[said.index("--fail-on") + 1] == "never"
    assert not {"--policy-reports", "--events", "--records"} & set(said)
    said = arguments("cluster-audit-with-all")
    assert {"--policy-reports", "--events"} < set(said)
    assert said[said.index("--policy-reports-api") + 1] == "openreports.io"
    assert said[said.index("--records") + 1] == "-"


@pytest.mark.parametrize("name", NAMES)
def test_state(name: str) -> None:
    """What it came to is in a ConfigMap without content, which the gate has mounted, whether it is there or not."""
    said = arguments(name)
    assert said[said.index("--state-config-map") + 1] == "scangate/scangate-audit"
    assert "data" not in release(name).one("ConfigMap", "scangate-audit")
    (volume,) = [each for each in release(name).gate["spec"]["volumes"] if each["name"] == "audit"]
    (mount,) = [each for each in release(name).container["volumeMounts"] if each["name"] == "audit"]
    assert volume["configMap"] == {"name": "scangate-audit", "optional": True}
    configuration = release(name).document("scangate-gate", "gate.yaml")
    assert configuration["auditStateFile"] == f"{mount['mountPath']}/audit.state"


@pytest.mark.parametrize("name", NAMES)
def test_it_judges_as_the_gate_does(name: str) -> None:
    """It has the gate's configuration, policy, table and identity, at the same places."""
    own = {each["name"]: each for each in pod(name)["volumes"]}
    gates = {each["name"]: each for each in release(name).gate["spec"]["volumes"]}
    mounts = {each["name"]: each for each in pod(name)["containers"][0]["volumeMounts"]}
    there = {each["name"]: each for each in release(name).container["volumeMounts"]}
    assert {"gate", "policy", "table"} <= own.keys() <= gates.keys()
    assert all(mounts[each] == there[each] for each in own)
    assert all(own[each] == gates[each] for each in own)


def test_identity() -> None:
    """For the cloud it is who the gate is, through the same proxy."""
    assert {"name": "HTTPS_PROXY", "value": "http://proxy.example:3128"} in pod("cluster-audit-with-all")["containers"][
        0
    ]["env"]
    account = release("cluster-audit-with-all").one("ServiceAccount", "scangate-audit")
    assert account["metadata"]["annotations"] == {"a": "b"}


def test_fetched_table() -> None:
    """A table that is brought by its labels is brought to it as well, once and before it begins."""
    (first,) = pod("cluster-audit-of-fetched-table")["initContainers"]
    assert first["args"][:2] == ["table", "fetch"]
    assert first["args"][-1] == "--once"
    assert "initContainers" not in pod()


def test_notes() -> None:
    """They say how to audit at once."""
    assert "create job audit-now --from cronjob/scangate-audit" in release("cluster-audit").notes
    assert "audit-now" not in release().notes


@pytest.mark.parametrize(
    "values",
    [{"namespaces": ["Shop"]}, {"policyReports": {"apiGroup": "example.com"}}, {"timeZone": "?"}, {"failOn": "deny"}],
)
def test_values_that_are_wrong(values: dict[str, object]) -> None:
    """They are refused at once."""
    with pytest.raises(Exception, match="audit"):
        render({"audit": values})


def test_it_is_documented() -> None:
    """Each of its values is in the document about it, and the document names no others."""
    document = text("docs/auditing-in-the-cluster.md")
    values = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))["audit"]
    nested = {"policyReports": ("enabled", "apiGroup"), "events": ("enabled",)}
    there = {f"{key}.{end}" for key, ends in nested.items() for end in ends} | (values.keys() - nested.keys())
    assert set(re.findall(r"`audit\.([\w.]+)`", document)) == there
    assert {name: tuple(values[name]) for name in nested} == nested
