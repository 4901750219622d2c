"""Pods that are created by many clients at once, on an API server that asks the gate."""

import http.client
import json
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.builders import annotated_pod
from tests.certificates import Authority
from tests.e2e.api import CALL_SECONDS, Document
from tests.e2e.apiserver import ApiServer
from tests.goclient.webhooks import TIMEOUT_SECONDS, AdmissionFailed
from tests.load import Ask
from tests.service.registry import App


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook for the pods of one namespace."""

    cluster: ApiServer
    namespace: str
    port: int

    def trust(self, authorities: Sequence[Authority]) -> None:
        """Put it there, or give it another bundle."""
        bundle = "".join(authority.pem for authority in authorities)
        url = f"https://127.0.0.1:{self.port}/validate"
        webhook = {
            "name": "validate.scangate.dev",
            "clientConfig": {"url": url, "caBundle": b64encode(bundle.encode()).decode()},
            "rules": [{"apiGroups": [""], "apiVersions": ["*"], "operations": ["CREATE"], "resources": ["pods"]}],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.namespace}},
            "failurePolicy": "Fail",
            "timeoutSeconds": TIMEOUT_SECONDS,
            "sideEffects": "None",
            "admissionReviewVersions": ["v1"],
        }
        self.cluster.api.apply(self._named() | {"webhooks": [webhook]})

    def remove(self) -> None:
        """Take it away."""
        self.cluster.api.delete(self._named()).done()

    def _named(self) -> Document:
        return {
            "apiVersion": "admissionregistration.k8s.io/v1",
            "kind": "ValidatingWebhookConfiguration",
            "metadata": {"name": f"load-{self.namespace}"},
        }


@contextmanager
def clients(cluster: ApiServer, namespace: str, number: int) -> Iterator[list[Ask]]:
    """Give so many clients, each with a connection of its own, that try whether they may create a pod."""
    config = json.loads(cluster.admin.read_text())
    user, authority = config["users"][0]["user"], config["clusters"][0]["cluster"]["certificate-authority"]
    tls = ssl.create_default_context(cafile=authority)
    tls.load_cert_chain(user["client-certificate"], user["client-key"])
    where = urlsplit(cluster.url)
    connections = [
        http.client.HTTPSConnection(where.hostname or "", where.port, context=tls, timeout=CALL_SECONDS)
        for _ in range(number)
    ]
    try:
        yield [_asking(connection, namespace) for connection in connections]
    finally:
        for connection in connections:
            connection.close()


def _asking(connection: http.client.HTTPSConnection, namespace: str) -> Ask:
    path, headers = f"/api/v1/namespaces/{namespace}/pods?dryRun=All", {"Content-Type": "application/json"}

    def ask(app: App) -> str:
        pod = {"apiVersion": "v1", "kind": "Pod", **annotated_pod(app.reference, app.scan_id)}
        connection.request("POST", path, json.dumps(pod), headers)
        answer = connection.getresponse()
        status, document = answer.status, json.loads(answer.read())
        if status == 201:
            return ""
        if status == 403 and "denied the request: " in document["message"]:
            return str(document["message"])
        raise AdmissionFailed(f"HTTP {status}: {document.get('message')}")

    return ask
