"""The cluster of the tests itself."""

from tests.e2e.api import Api
from tests.e2e.apiserver import ApiServer
from tests.processes import eventually

POD = {"containers": [{"name": "app", "image": "registry.example/app:1"}]}


def test_objects_come_and_go(cluster: ApiServer, namespace: str) -> None:
    """What is created can be read, changed and deleted, and a refusal says why."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "app", "namespace": namespace}, "spec": POD}

    assert cluster.api.create(pod).ok
    assert cluster.api.create(pod).status == 409
    assert cluster.api.patch(pod, {"metadata": {"labels": {"a": "b"}}}).done()["metadata"]["labels"] == {"a": "b"}
    assert cluster.api.delete(pod).ok
    assert "not found" in cluster.api.get(pod).message


def test_users_may_what_they_may(cluster: ApiServer, namespace: str) -> None:
    """A user and an account are who they are, and may nothing by themselves."""
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "someone", "namespace": namespace}}
    cluster.api.apply(account)
    path = f"/api/v1/namespaces/{namespace}/secrets"

    by_user = Api(cluster.kubeconfig_for("jane")).send("GET", path)
    by_account = Api(cluster.kubeconfig_of_account(namespace, "someone")).send("GET", path)

    assert (by_user.status, by_account.status) == (403, 403)
    assert '"jane"' in by_user.message
    assert f"system:serviceaccount:{namespace}:someone" in by_account.message


def test_creations_are_audited(cluster: ApiServer, namespace: str) -> None:
    """The audit log tells of each."""

    def audited() -> bool:
        return any(event["objectRef"].get("name") == namespace for event in cluster.audited())

    eventually(audited)


def test_controllers_work(cluster: ApiServer, namespace: str) -> None:
    """Where there is a controller manager, a Deployment gets its pods."""
    cluster.needs("kube-controller-manager")
    labels = {"app": "web"}
    spec = {
        "replicas": 2,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": POD},
    }
    metadata = {"name": "web", "namespace": namespace}
    cluster.api.apply({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})

    def pods() -> int:
        return len(cluster.api.send("GET", f"/api/v1/namespaces/{namespace}/pods").done()["items"])

    eventually(lambda: pods() == 2)
