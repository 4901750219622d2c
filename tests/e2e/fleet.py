"""Many pods in a cluster without controllers and nodes: each of a Deployment, and running what its status says."""

import http.client
import json
import ssl
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.api import CALL_SECONDS, Document
from tests.e2e.apiserver import ApiServer, api_server
from tests.e2e.installation import document
from tests.service.registry import App

CLIENTS = 4
REPLICAS = 4
"""Pods of one Deployment."""

PODS_OF_A_NAMESPACE = 100


def running_status(*containers: tuple[str, str]) -> Document:
    """Return the status of a pod that runs: for each container its name and the id of its image."""
    statuses = [
        {"name": name, "image": "it", "imageID": image_id, "ready": True, "restartCount": 0}
        for name, image_id in containers
    ]
    return {"status": {"phase": "Running", "containerStatuses": statuses}}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A Deployment with its pods."""

    number: int
    namespace: str
    app: App

    @property
    def name(self) -> str:
        """Its name, and that of its ReplicaSet; pods have a number behind it."""
        return f"web-{self.number}"

    @property
    def written(self) -> str:
        """The image as it is written: every other one by a tag, which only the status makes sure."""
        repository, _, digest = self.app.reference.partition("@")
        return f"{repository}:1.{self.number}" if self.number % 2 else f"{repository}@{digest}"

    @property
    def shown(self) -> str:
        """The image as an audit shows it."""
        return f"{self.written.partition('@')[0]}@{self.app.digest}"


@dataclass(frozen=True, slots=True)
class Fleet:
    """Deployments that run some images, in a cluster of its own."""

    deployed: Sequence[Deployed]

    @property
    def namespaces(self) -> list[str]:
        """The namespaces that they are in."""
        return sorted({one.namespace for one in self.deployed})

    @property
    def pods(self) -> int:
        """How many pods there are."""
        return REPLICAS * len(self.deployed)

    def running(self, apps: Sequence[App]) -> dict[str, tuple[int, set[str]]]:
        """Return where images run: by digest in how many pods, and of which owners."""
        wanted = {app.digest for app in apps}
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.deployed:
            if one.app.digest in wanted:
                found[one.app.digest].add(f"{one.namespace}/Deployment/{one.name}")
        return {digest: (REPLICAS * len(owners), owners) for digest, owners in found.items()}

    def make(self, cluster: ApiServer) -> None:
        """Make all of it, with several clients."""
        cluster.api.apply(*(document("v1", "Namespace", name) for name in self.namespaces))
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in pool.map(lambda share: _deploy_all(cluster, share), self._shares()):
                pass

    def _shares(self) -> list[Sequence[Deployed]]:
        return [self.deployed[client::CLIENTS] for client in range(CLIENTS)]


def fleet(apps: Sequence[App], pods: int) -> Fleet:
    """Return so many pods that run each of some images, in a namespace for each hundred."""
    deployments, namespaces = pods // REPLICAS, max(2, pods // PODS_OF_A_NAMESPACE)
    return Fleet([Deployed(one, f"shop-{one % namespaces}", apps[one % len(apps)]) for one in range(deployments)])


@contextmanager
def quiet_cluster(folder: Path, programs: Path) -> Iterator[ApiServer]:
    """Run a cluster without controllers: nobody but the test changes anything."""
    (folder / "bin").mkdir(parents=True)
    for program in ("etcd", "kube-apiserver"):
        (folder / "bin" / program).symlink_to(programs / program)
    with api_server(folder, folder / "bin") as running:
        yield running


class _Client:
    """A client with a connection that is kept."""

    def __init__(self, cluster: ApiServer) -> None:
        config = json.loads(cluster.admin.read_text())
        user, authority = config["users"][0]["user"], config["clusters"][0]["cluster"]["certificate-authority"]
        tls = ssl.create_default_context(cafile=authority)
        tls.load_cert_chain(user["client-certificate"], user["client-key"])
        where = urlsplit(cluster.url)
        self.connection = http.client.HTTPSConnection(
            where.hostname or "", where.port, context=tls, timeout=CALL_SECONDS
        )

    def send(self, method: str, path: str, body: Document) -> Document:
        """Make one call, and claim that it was done."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/json"
        self.connection.request(method, path, json.dumps(body), {"Content-Type": kind})
        answer = self.connection.getresponse()
        found = json.loads(answer.read())
        assert answer.status in (200, 201), found
        assert isinstance(found, dict)
        return found


def _deploy_all(cluster: ApiServer, share: Sequence[Deployed]) -> None:
    client = _Client(cluster)
    with closing(client.connection):
        for one in share:
            _deploy(client, one)


def _deploy(client: _Client, one: Deployed) -> None:
    template = {
        "metadata": {"labels": {"app": one.name}},
        "spec": {"containers": [{"name": "app", "image": one.written}]},
    }
    selected = {"selector": {"matchLabels": {"app": one.name}}, "template": template, "replicas": REPLICAS}
    folder = f"/apis/apps/v1/namespaces/{one.namespace}"
    deployment = document("apps/v1", "Deployment", one.name) | {"spec": selected}
    top = client.send("POST", f"{folder}/deployments", deployment)
    replica_set = owned(document("apps/v1", "ReplicaSet", one.name), top) | {"spec": selected}
    middle = client.send("POST", f"{folder}/replicasets", replica_set)
    for number in range(REPLICAS):
        path = f"/api/v1/namespaces/{one.namespace}/pods"
        pod = owned(document("v1", "Pod", f"{one.name}-{number}"), middle) | {"spec": template["spec"]}
        client.send("POST", path, pod)
        # As containerd does it: by a name of its own for the same content, where it likes.
        repository = one.app.reference.partition("@")[0] if number % 2 else "mirror.example/library/it"
        status = running_status(("app", f"{repository}@{one.app.digest}"))
        client.send("PATCH", f"{path}/{one.name}-{number}/status", status)


def owned(made: Document, owner: Document) -> Document:
    """Return an object that *owner* controls."""
    reference = {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"]["uid"],
        "controller": True,
    }
    made["metadata"]["ownerReferences"] = [reference]
    return made
