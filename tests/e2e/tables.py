"""A lookup table in ConfigMaps of a real API server, what keeps it in line, and a gate that reads it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import document
from tests.gates import Gate, Setup, gate
from tests.processes import PATIENCE_SECONDS, ROOT, Process, clean_environment, running
from tests.service.registry import REGISTRY_ID, Registry
from tests.synchronising import ENVIRONMENT, configuration

TABLE = "scangate-synced"
LABEL = f"scangate.dev/table={TABLE}"
SYNC_ACCOUNT, FETCH_ACCOUNT = "table-sync", "table-fetch"


@dataclass(frozen=True, slots=True)
class Place:
    """A namespace for a table, the registry that it is made from, and a folder for files."""

    cluster: ApiServer
    namespace: str
    registry: Registry
    folder: Path
    account: str = SYNC_ACCOUNT
    """Who synchronises."""

    def grant(self) -> None:
        """Make an account that may make and change ConfigMaps, and one that may read them."""
        for account, verbs in ((SYNC_ACCOUNT, ["get", "create", "patch"]), (FETCH_ACCOUNT, ["get", "list"])):
            rule = {"apiGroups": [""], "resources": ["configmaps"], "verbs": verbs}
            role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": account}
            subject = {"kind": "ServiceAccount", "name": account, "namespace": self.namespace}
            self.cluster.api.apply(
                document("v1", "ServiceAccount", account, self.namespace),
                document("rbac.authorization.k8s.io/v1", "Role", account, self.namespace) | {"rules": [rule]},
                document("rbac.authorization.k8s.io/v1", "RoleBinding", account, self.namespace)
                | {"roleRef": role, "subjects": [subject]},
            )

    def sync(self, *more: str, patience: float = PATIENCE_SECONDS) -> "subprocess.CompletedProcess[str]":
        """Synchronise, as the account that may."""
        return subprocess.run(
            ["nice", sys.executable, "-m", "webhook", *self._arguments(*more)],
            cwd=ROOT,
            env=clean_environment() | ENVIRONMENT,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )

    @contextmanager
    def syncing(self, *more: str) -> Iterator[Process]:
        """Synchronise as long as the context lasts."""
        with running(*self._arguments(*more), environment=ENVIRONMENT) as process:
            yield process

    @contextmanager
    def fetching(self) -> Iterator[Path]:
        """Bring the table to a folder as long as the context lasts, and return the link that leads to it."""
        config = json.loads(self.cluster.kubeconfig_of_account(self.namespace, FETCH_ACCOUNT).read_text())
        (self.folder / "token").write_text(config["users"][0]["user"]["token"])
        where: list[str | Path] = ["--api-server", self.cluster.url, "--ca-file", self.cluster.folder / "ca.crt"]
        how: list[str | Path] = [
            "--token-file",
            self.folder / "token",
            "--output",
            self.folder / "out",
            "--interval",
            "100ms",
        ]
        with running("table", "fetch", "--namespace", self.namespace, *where, *how) as process:
            process.log.first(lambda line: line["message"] == "the table was fetched")
            yield self.folder / "out" / "current"

    @contextmanager
    def gate(self, table: Path) -> Iterator[Gate]:
        """Run a gate that knows of scans from *table* alone."""
        folder = self.folder / "gate"
        folder.mkdir()
        settings = {"table": str(table), "sources": ["table"]}
        with gate(folder, Authority(), Setup(registry=self.registry.url, settings=settings)) as running_gate:
            yield running_gate

    @property
    def config_maps(self) -> dict[str, Document]:
        """The ConfigMaps of the table, by name."""
        path = f"/api/v1/namespaces/{self.namespace}/configmaps?labelSelector={LABEL}"
        items = self.cluster.api.send("GET", path).done()["items"]
        return {item["metadata"]["name"]: item for item in items}

    @property
    def entries(self) -> dict[str, Any]:
        """What all of them say together."""
        texts = [
            text
            for item in self.config_maps.values()
            for key, text in item.get("data", {}).items()
            if key.endswith(".scans.json")
        ]
        return {digest: entry for text in texts for digest, entry in json.loads(text).items()}

    @property
    def versions(self) -> dict[str, str]:
        """The version of each piece."""
        return {name: item["metadata"]["resourceVersion"] for name, item in self.config_maps.items() if name != TABLE}

    def _arguments(self, *more: str) -> list[str | Path]:
        kubeconfig = self.cluster.kubeconfig_of_account(self.namespace, self.account)
        where: list[str | Path] = ["--namespace", self.namespace, "--kubeconfig", kubeconfig]
        config = configuration(self.folder, self.registry)
        return ["table", "sync", "--config", config, "--registry", REGISTRY_ID, *where, *more]
