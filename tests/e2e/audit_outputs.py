"""What an audit writes into a cluster, seen by who may see everything, and the account of the chart's audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from charts.rendering import NAMESPACE, objects, render
from tests.audits import report
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.calls import Calls
from tests.e2e.installation import document
from tests.processes import eventually
from tests.report_kinds import custom_resource
from webhook.adapters.policy_reports import PolicyReports
from webhook.adapters.workload_events import WorkloadEvents
from webhook.core.cluster_audit import Audited, Owner
from webhook.core.policy_reports import ReportApi

POD = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "app", "image": "example/app:1"}]}}

GRANTING = {"ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"}


@dataclass(frozen=True, slots=True)
class Here:
    """A namespace of a cluster, which is all that the audits of a test are about."""

    cluster: ApiServer
    namespace: str
    calls: Calls

    def includes(self, namespace: str) -> bool:
        """Tell whether an audit is about a namespace."""
        return namespace == self.namespace

    def workload(self, name: str) -> Owner:
        """Make a Deployment, which has no pods."""
        spec = {"replicas": 0, "selector": {"matchLabels": {"app": "web"}}, "template": POD}
        made = self.cluster.api.create(document("apps/v1", "Deployment", name, self.namespace) | {"spec": spec}).done()
        uid = made["metadata"]["uid"]
        return Owner(api_version="apps/v1", kind="Deployment", namespace=self.namespace, name=name, uid=uid)

    def audit(self, *found: Audited, api: ReportApi = ReportApi.POLICY_REPORTS) -> None:
        """Have an audit find that, and end."""
        reports = PolicyReports(self.calls, self, api=api, at=datetime.now(UTC))
        events = WorkloadEvents(self.calls, at=datetime.now(UTC), instance="audit-1")
        for sink in (reports, events):
            for each in found:
                sink.owner(each)
            sink.finish(report())

    def reports(self, api: ReportApi = ReportApi.POLICY_REPORTS) -> dict[str, Document]:
        """Return the reports by the names of the workloads."""
        path = f"/apis/{api.value}/{api.version}/namespaces/{self.namespace}/{api.plural}"
        return {each["scope"]["name"]: each for each in self.cluster.api.send("GET", path).done()["items"]}

    def events(self) -> dict[str, Document]:
        """Return the events of audits by their names."""
        path = f"/apis/events.k8s.io/v1/namespaces/{self.namespace}/events"
        items = self.cluster.api.send("GET", path).done()["items"]
        return {each["metadata"]["name"]: each for each in items if each["reportingController"] == "scangate.dev/audit"}


def versions(objects: dict[str, Document]) -> dict[str, str]:
    """Return the version of each object."""
    return {name: each["metadata"]["resourceVersion"] for name, each in objects.items()}


@contextmanager
def known(cluster: ApiServer, api: ReportApi) -> Iterator[None]:
    """Have the cluster know a kind of reports."""
    definition = custom_resource(api)
    cluster.api.create(definition).done()
    try:
        eventually(lambda: cluster.api.send("GET", f"/apis/{api.value}/{api.version}/{api.plural}").ok)
        yield
    finally:
        cluster.api.delete(definition).done()


@contextmanager
def account(cluster: ApiServer, values: Document) -> Iterator[Calls]:
    """Make the account of the chart's audit, with its rights and no others."""
    made = [each.content for each in objects(render({"audit": {"enabled": True, **values}}))]
    mine = [each for each in made if each["metadata"]["name"] == "scangate-audit" and each["kind"] in GRANTING]
    assert {each["kind"] for each in mine} == GRANTING
    cluster.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}}, *mine)
    try:
        yield Calls(cluster.kubeconfig_of_account(NAMESPACE, "scangate-audit"))
    finally:
        for each in mine:
            cluster.api.delete(each).done()
