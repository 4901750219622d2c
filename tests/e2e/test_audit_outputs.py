"""What an audit writes into a real cluster: policy reports and events about workloads that are there."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.audits import audited, clean, over, unusable, warned
from tests.e2e.apiserver import ApiServer
from tests.e2e.audit_outputs import Here, account, known, versions
from tests.e2e.calls import Calls
from tests.e2e.installation import document
from tests.processes import eventually
from webhook.adapters.policy_reports import PolicyReports
from webhook.adapters.workload_events import WorkloadEvents
from webhook.core.audit_outcomes import reference
from webhook.core.policy_reports import ReportApi
from webhook.core.reasons import Reason
from webhook.errors import ClusterFailed


@pytest.fixture(scope="module")
def kind(cluster: ApiServer) -> Iterator[None]:
    """Have the cluster know PolicyReports."""
    with known(cluster, ReportApi.POLICY_REPORTS):
        yield


@pytest.fixture
def here(cluster: ApiServer, namespace: str) -> Here:
    """Audit a namespace of its own."""
    return Here(cluster, namespace, Calls(cluster.admin))


@pytest.mark.usefixtures("kind")
def test_first_run(here: Here) -> None:
    """Every workload has its report, and every fault its event, where `kubectl describe` shows it."""
    web, db = here.workload("web"), here.workload("db")
    here.audit(audited(over(), warned(), unusable(Reason.UNAVAILABLE), of=web), audited(clean(), of=db))

    summaries = {name: each["summary"] for name, each in here.reports().items()}
    assert summaries["web"] == {"fail": 1, "warn": 1, "error": 1, "skip": 0, "pass": 0}
    assert summaries["db"] == {"fail": 0, "warn": 0, "error": 0, "skip": 0, "pass": 1}
    reasons = {each["reason"]: each for each in here.events().values()}
    assert reasons.keys() == {"ScanPolicyViolation", "ScanPolicyWarning"}
    assert reasons["ScanPolicyViolation"]["regarding"] == reference(web)


@pytest.mark.usefixtures("kind")
def test_what_kubectl_shows(here: Here) -> None:
    """`kubectl describe` of a workload says what is wrong with it."""
    here.audit(audited(over(), of=here.workload("web")))
    said = here.cluster.kubectl("describe", "deployment", "web", "--namespace", here.namespace).stdout
    assert "ScanPolicyViolation" in said
    assert "3 critical (limit 0)" in said


@pytest.mark.usefixtures("kind")
def test_second_run(here: Here) -> None:
    """It writes nothing."""
    found = [audited(over(), warned(), of=here.workload("web")), audited(clean(), of=here.workload("db"))]
    here.audit(*found)
    before = versions(here.reports()), versions(here.events())
    here.calls.writes.clear()
    here.audit(*found)
    assert here.calls.writes == []
    assert (versions(here.reports()), versions(here.events())) == before


@pytest.mark.usefixtures("kind")
def test_new_finding(here: Here) -> None:
    """It changes the report of its workload and no other, and is an event of its own."""
    web, db = here.workload("web"), here.workload("db")
    here.audit(audited(over(), of=web), audited(clean(), of=db))
    reports, events = versions(here.reports()), versions(here.events())
    here.audit(audited(over(), over("b"), of=web), audited(clean(), of=db))

    assert {name for name, version in versions(here.reports()).items() if reports[name] != version} == {"web"}
    assert here.reports()["web"]["summary"]["fail"] == 2
    assert len(here.events()) == 2
    assert versions(here.events()).items() > events.items()


@pytest.mark.usefixtures("kind")
def test_workload_without_pods(here: Here) -> None:
    """Its report is taken away, and what others have written stays."""
    web, db = here.workload("web"), here.workload("db")
    here.audit(audited(over(), of=web), audited(clean(), of=db))
    stranger = document("wgpolicyk8s.io/v1alpha2", "PolicyReport", "stranger", here.namespace)
    here.cluster.api.create(stranger | {"scope": {"name": "stranger"}}).done()
    here.audit(audited(over(), of=web))
    assert here.reports().keys() == {"web", "stranger"}


@pytest.mark.usefixtures("kind")
def test_workload_that_is_deleted(here: Here) -> None:
    """Its report goes with it, without an audit."""
    here.cluster.needs("kube-controller-manager")
    here.audit(audited(over(), of=here.workload("web")), audited(clean(), of=here.workload("db")))
    here.cluster.api.delete(document("apps/v1", "Deployment", "web", here.namespace)).done()
    eventually(lambda: here.reports().keys() == {"db"})


@pytest.mark.usefixtures("kind")
def test_reports_of_a_workload_that_was_made_anew(here: Here) -> None:
    """It is another object, so it has another report; the old one goes."""
    old = here.workload("web")
    here.audit(audited(over(), of=old))
    here.cluster.api.delete(document("apps/v1", "Deployment", "web", here.namespace)).done()
    here.audit(audited(over(), of=here.workload("web")))
    (left,) = here.reports().values()
    assert left["scope"]["uid"] != old.uid


@pytest.mark.usefixtures("kind")
def test_rights_of_the_chart(here: Here) -> None:
    """They are enough to make, change and delete what is written, and to leave alone what another one makes."""
    with account(here.cluster, {"policyReports": {"enabled": True}, "events": {"enabled": True}}) as calls:
        own = replace(here, calls=calls)
        web, db = own.workload("web"), own.workload("db")
        own.audit(audited(over(), of=web), audited(warned(), of=db))
        own.audit(audited(clean(), of=web))
        assert own.reports().keys() == {"web"}
        assert own.reports()["web"]["summary"]["pass"] == 1
        assert len(own.events()) == 2
        PolicyReports(calls, own, api=ReportApi.POLICY_REPORTS, at=datetime.now(UTC)).owner(audited(over(), of=db))
        assert own.reports().keys() == {"web", "db"}


@pytest.mark.usefixtures("kind")
def test_what_the_chart_does_not_allow(here: Here) -> None:
    """Who did not ask for reports and events has no rights to them, and hears of it."""
    with account(here.cluster, {}) as calls:
        own, found = replace(here, calls=calls), audited(over(), of=here.workload("web"))
        with pytest.raises(ClusterFailed, match="no policy reports are written: .*403"):
            own.audit(found)
        with pytest.raises(ClusterFailed, match="1 events could not be written: .*403"):
            WorkloadEvents(calls, at=datetime.now(UTC), instance="audit-1").owner(found)


def test_kind_that_is_not_installed(here: Here) -> None:
    """It is said what to install."""
    with pytest.raises(ClusterFailed, match=r"has no reports\.openreports\.io in version v1alpha1; install"):
        here.audit(audited(over(), of=here.workload("web")), api=ReportApi.OPEN_REPORTS)


def test_the_other_kind(here: Here) -> None:
    """Reports of openreports.io are written as well, and are left alone in a second run."""
    with known(here.cluster, ReportApi.OPEN_REPORTS):
        found = audited(over(), clean(), of=here.workload("web"))
        here.audit(found, api=ReportApi.OPEN_REPORTS)
        first = here.reports(ReportApi.OPEN_REPORTS)
        here.audit(found, api=ReportApi.OPEN_REPORTS)
        assert first["web"]["source"] == "scangate"
        assert here.reports(ReportApi.OPEN_REPORTS) == first
