"""What an installation leaves in a cluster, and an account with rights to just that."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer

ACCOUNT = "certificates"
SECRET = "scangate-tls"
SERVICE = "scangate"


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation in a namespace; its webhook configuration has the namespace's name."""

    cluster: ApiServer
    namespace: str
    kubeconfig: Path
    """That of the account."""

    @property
    def secret(self) -> Document:
        """Return the Secret."""
        return self.cluster.api.get(document("v1", "Secret", SECRET, self.namespace)).done()

    @property
    def registration(self) -> Document:
        """Return the webhook configuration."""
        return self.cluster.api.get(registration(self.namespace)).done()

    def change(self, body: object) -> None:
        """Change the webhook configuration by a JSON patch."""
        path = self.cluster.api.path(registration(self.namespace))
        self.cluster.api.send("PATCH", path, body, kind="application/json-patch+json").done()

    def expected(self, folder: Path) -> Path:
        """Write what the webhook configuration should be like, and return the file."""
        file = folder / "expected.yaml"
        file.write_text(yaml.safe_dump(registration(self.namespace)))
        return file


def install(cluster: ApiServer, namespace: str) -> Installation:
    """Make what an installation ships: everything, but no certificates."""
    cluster.api.apply(
        document("v1", "Secret", SECRET, namespace) | {"type": "Opaque"},
        document("coordination.k8s.io/v1", "Lease", SECRET, namespace),
        registration(namespace),
        document("v1", "ServiceAccount", ACCOUNT, namespace),
    )
    named = [
        _right("", "secrets", SECRET),
        _right("coordination.k8s.io", "leases", SECRET),
    ]
    _grant(cluster, namespace, "Role", named)
    _grant(cluster, namespace, "ClusterRole", [_right("admissionregistration.k8s.io", _CONFIGURATIONS, namespace)])
    return Installation(cluster, namespace, cluster.kubeconfig_of_account(namespace, ACCOUNT))


_CONFIGURATIONS = "validatingwebhookconfigurations"


def registration(namespace: str) -> Document:
    """Return the webhook configuration, which judges pods of other namespaces."""
    service = {"namespace": namespace, "name": SERVICE, "path": "/validate"}
    webhook = {
        "clientConfig": {"service": service},
        "rules": [
            {
                "apiGroups": [""],
                "apiVersions": ["*"],
                "operations": ["CREATE", "UPDATE"],
                "resources": ["pods", "pods/ephemeralcontainers"],
            }
        ],
        # Only what is labelled so: this cluster is shared with other tests.
        "namespaceSelector": {"matchLabels": {"judged-by": namespace}},
        "sideEffects": "None",
        "admissionReviewVersions": ["v1"],
    }
    names = ("pods.scangate.dev", "warnings.scangate.dev")
    kind = document("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", namespace)
    return kind | {"webhooks": [{"name": name, **webhook} for name in names]}


def document(version: str, kind: str, name: str, namespace: str | None = None) -> Document:
    """Return the beginning of an object."""
    place = {} if namespace is None else {"namespace": namespace}
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, **place}}


def _right(group: str, resource: str, name: str) -> Document:
    return {"apiGroups": [group], "resources": [resource], "resourceNames": [name], "verbs": ["get", "patch"]}


def _grant(cluster: ApiServer, namespace: str, kind: str, rules: list[Document]) -> None:
    """Let the account do what *rules* say: in its namespace, or for objects outside of any."""
    group, place = "rbac.authorization.k8s.io", namespace if kind == "Role" else None
    name = f"{namespace}-{ACCOUNT}"
    subject = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}
    reference = {"roleRef": {"apiGroup": group, "kind": kind, "name": name}, "subjects": [subject]}
    cluster.api.apply(
        document(f"{group}/v1", kind, name, place) | {"rules": rules},
        document(f"{group}/v1", f"{kind}Binding", name, place) | reference,
    )
