"""`scangate audit` of a real API server, by an account with the rights that its help names."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import document
from tests.gates import Setup
from tests.processes import ROOT, TOKEN, clean_environment
from tests.service.registry import Registry

ACCOUNT = "audit"
RBAC = "rbac.authorization.k8s.io"

RULES: list[Document] = [
    {"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]},
    {"apiGroups": ["apps"], "resources": ["replicasets"], "verbs": ["get"]},
    {"apiGroups": ["batch"], "resources": ["jobs"], "verbs": ["get"]},
    {"apiGroups": [""], "resources": ["namespaces"], "verbs": ["get"]},
]
"""What an audit needs to read."""

PATIENCE_SECONDS = 600.0

COMMAND = (sys.executable, "-m", "webhook")


def grant(cluster: ApiServer, namespace: str, *more: Document) -> Path:
    """Make an account in a namespace that may do what an audit needs, and return its kubeconfig."""
    name = f"{namespace}-{ACCOUNT}"
    subjects = [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": namespace}]
    cluster.api.apply(
        document("v1", "ServiceAccount", ACCOUNT, namespace),
        document(f"{RBAC}/v1", "ClusterRole", name) | {"rules": [*RULES, *more]},
        document(f"{RBAC}/v1", "ClusterRoleBinding", name)
        | {"roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name}, "subjects": subjects},
    )
    return cluster.kubeconfig_of_account(namespace, ACCOUNT)


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody who audits a cluster."""

    kubeconfig: Path
    registry: Registry
    folder: Path
    setup: Document

    def audit(self, *more: str | Path, command: Sequence[str] = COMMAND) -> "subprocess.CompletedProcess[str]":
        """Run an audit to its end."""
        self.folder.mkdir(exist_ok=True)
        config = Setup(registry=self.registry.url, **self.setup).write(self.folder)
        return subprocess.run(
            [*command, "audit", "--config", config, "--kubeconfig", self.kubeconfig, *more],
            cwd=ROOT,
            env=clean_environment() | {"YC_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def report(self, *more: str | Path, code: int = 0, command: Sequence[str] = COMMAND) -> Document:
        """Run an audit that ends with *code*, and return its report."""
        done = self.audit("--format", "json", *more, command=command)
        assert (done.returncode, done.stdout != "") == (code, True), done.stderr
        report = json.loads(done.stdout)
        assert isinstance(report, dict)
        return report
