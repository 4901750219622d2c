"""`scangate audit` as a process, before a small API server and an emulated registry."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.api_server import ApiServer, Document, serving
from tests.builders import pod as pod_of
from tests.core.running import listed, reference
from tests.gates import Setup
from tests.processes import TOKEN, run
from tests.service.registry import Registry

PODS = "/api/v1/pods"
REPLICA_SETS = "/apis/apps/v1/namespaces/shop/replicasets"


def running_pod(name: str, *images: str, namespace: str = "shop", of: str | None = None) -> Document:
    """Return a running pod, of a ReplicaSet or of nobody."""
    made = pod_of(*images)
    made["metadata"] |= {"name": name, "namespace": namespace, "uid": f"uid-of-{name}"}
    return listed(made, owners=() if of is None else (reference("ReplicaSet", of),))


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that can be audited, in a folder with the configuration."""

    folder: Path
    server: ApiServer
    registry: Registry
    setup: Mapping[str, Any] = field(default_factory=dict)

    def run_pods(self, *pods: Document) -> None:
        """Have it run these, in the order of an API server."""
        self.server.put(PODS, {"kind": "PodList", "metadata": {}, "items": list(pods)})

    def audit(
        self, *more: str | Path, environment: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Audit it to the end."""
        config = Setup(registry=self.registry.url, **self.setup).write(self.folder)
        place = ("--config", config, "--kubeconfig", self.server.kubeconfig)
        return run("audit", *place, *more, environment=environment or {"YC_TOKEN": TOKEN})

    def report(self, *more: str | Path, code: int = 0) -> Document:
        """Audit it, and return the report."""
        done = self.audit("--format", "json", *more)
        assert (done.returncode, done.stdout != "") == (code, True), done.stderr
        document = json.loads(done.stdout)
        assert isinstance(document, dict)
        return document


@contextmanager
def audited_cluster(folder: Path, registry: Registry, **setup: Any) -> Iterator[Cluster]:
    """Serve a cluster without pods as long as the context lasts."""
    with serving(folder, {}) as server:
        cluster = Cluster(folder, server, registry, setup)
        cluster.run_pods()
        yield cluster
