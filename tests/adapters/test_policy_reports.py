"""Policy reports in a cluster: what is written, and what is taken away."""

from datetime import timedelta

import pytest

from tests.audits import audited, clean, over, owner, report, warned
from tests.builders import NOW
from tests.object_api import ObjectApi, silent
from webhook.adapters.policy_reports import PolicyReports
from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.policy_reports import ReportApi
from webhook.errors import ClusterFailed, Conflict, Forbidden

WEB = audited(over(), clean())
DB = audited(warned(), of=owner("db", "data"))


class Only:
    """A scope of some namespaces."""

    def __init__(self, *names: str) -> None:
        """All of them, if none is named."""
        self._names = names

    def includes(self, namespace: str) -> bool:
        """Tell whether it is one of them."""
        return not self._names or namespace in self._names


@pytest.fixture
def api() -> ObjectApi:
    """An API of its own."""
    return ObjectApi()


def sink(api: ObjectApi, *namespaces: str, days: int = 0) -> PolicyReports:
    """Return what writes the reports of an audit some days later."""
    at = NOW + timedelta(days=days)
    return PolicyReports(api, Only(*namespaces), api=ReportApi.POLICY_REPORTS, at=at)


def run(writer: PolicyReports, *found: Audited, whole: bool = True) -> None:
    """Have an audit find that, and end."""
    for each in found:
        writer.owner(each)
    writer.finish(ending(whole=whole))


def ending(*, whole: bool = True) -> AuditReport:
    """Return how an audit ends."""
    return report(troubles=() if whole else ("pods: the API server does not answer",))


def summaries(api: ObjectApi) -> dict[str, int]:
    """Return how many failures the report about each workload counts."""
    return {each["scope"]["name"]: each["summary"]["fail"] for each in api.objects.values()}


def test_reports_are_made(api: ObjectApi) -> None:
    """One for each workload."""
    run(sink(api), WEB, DB)
    assert summaries(api) == {"web": 1, "db": 0}


def test_second_run(api: ObjectApi) -> None:
    """It reads the list, and writes nothing where nothing has changed."""
    run(sink(api), WEB, DB)
    api.calls.clear()
    run(sink(api, days=1), WEB, DB)
    assert api.calls == ["GET"]


def test_change(api: ObjectApi) -> None:
    """Only the report that has changed is written."""
    run(sink(api), WEB, DB)
    api.calls.clear()
    run(sink(api), audited(over(), over("b")), DB)
    assert api.calls == ["GET", "PUT"]
    assert summaries(api) == {"web": 2, "db": 0}


def test_workloads_that_are_gone(api: ObjectApi) -> None:
    """Their reports are deleted, at the end of an audit that saw everything."""
    run(sink(api), WEB, DB)
    run(sink(api), DB, whole=False)
    assert summaries(api) == {"web": 1, "db": 0}
    run(sink(api), DB)
    assert summaries(api) == {"db": 0}
    run(sink(api))
    assert summaries(api) == {}


def test_audit_of_some_namespaces(api: ObjectApi) -> None:
    """It takes nothing away elsewhere."""
    run(sink(api), WEB, DB)
    run(sink(api, "shop"))
    assert summaries(api) == {"db": 0}


def test_kind_that_is_not_known(api: ObjectApi) -> None:
    """It is said once what to do, nothing more is tried, and nothing breaks."""
    api.known = False
    writer = sink(api)
    with pytest.raises(ClusterFailed, match=r"the cluster has no policyreports\.wgpolicyk8s\.io in version v1alpha2"):
        writer.owner(WEB)
    run(writer, DB)
    assert api.calls == ["GET"]


def test_list_that_is_forbidden(api: ObjectApi) -> None:
    """It is said once as well."""
    api.forbidden.add("GET")
    writer = sink(api)
    with pytest.raises(ClusterFailed, match="no policy reports are written: .*may not GET"):
        writer.owner(WEB)
    run(writer, DB)
    assert api.calls == ["GET"]


def test_write_that_fails(api: ObjectApi) -> None:
    """It is said, and the others are written; the old report stays."""
    run(sink(api), WEB)
    api.forbidden.add("PUT")
    writer = sink(api)
    with pytest.raises(Forbidden):
        writer.owner(audited(clean()))
    run(writer, DB)
    assert summaries(api) == {"web": 1, "db": 0}


def test_deletion_that_fails(api: ObjectApi) -> None:
    """All are tried, and it is said how many could not be deleted."""
    run(sink(api), WEB, DB)
    api.forbidden.add("DELETE")
    with pytest.raises(ClusterFailed, match="2 old policy reports could not be deleted: .*may not DELETE"):
        run(sink(api))


def test_another_one_is_at_it(api: ObjectApi) -> None:
    """Whatever another audit makes, changes or deletes in between, the report is written in the end."""
    other = ObjectApi()
    run(sink(other), WEB)
    ((path, document),) = other.objects.items()
    pending = [lambda: api.put(path, document), lambda: api.objects.pop(path)]

    def meanwhile(method: str, _path: str) -> None:
        if method in {"POST", "PUT"} and pending:
            pending.pop(0)()

    api.before = meanwhile
    run(sink(api), WEB)
    assert summaries(api) == {"web": 1}
    assert api.calls == ["GET", "POST", "GET", "PUT", "GET", "POST"]


def test_another_one_who_never_rests(api: ObjectApi) -> None:
    """In the end it is left to that one."""
    run(sink(api), WEB)
    ((path, document),) = api.objects.items()

    def meanwhile(method: str, _path: str) -> None:
        if method == "PUT":
            api.put(path, document)

    api.before = meanwhile
    with pytest.raises(Conflict):
        sink(api).owner(audited(clean()))


def test_silence(api: ObjectApi) -> None:
    """An API server that does not answer ends nothing but the reports."""
    api.before = silent
    writer = sink(api)
    with pytest.raises(ClusterFailed, match="does not answer"):
        writer.owner(WEB)
    run(writer, DB)
