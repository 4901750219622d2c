"""A cluster of etcd, kube-apiserver and, if there is one, kube-controller-manager, on this machine for a while.

There are no nodes: pods are admitted, and never run. Webhooks are reached by `clientConfig.url` on the loopback.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.e2e.api import Api, Document
from tests.e2e.programs import AUDIT_POLICY, api_server_flags, controller_flags, etcd_flags, free_ports
from tests.processes import PATIENCE_SECONDS

START_SECONDS = 4 * PATIENCE_SECONDS
"""A kube-apiserver takes about five seconds on a machine that is idle."""


@dataclass
class ApiServer:
    """A cluster that is running."""

    folder: Path
    programs: Path
    url: str
    authority: Authority
    """Vouches for the API server, and for its users."""
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def admin(self) -> Path:
        """Return the kubeconfig of somebody who may do everything."""
        return self.kubeconfig_for("admin", "system:masters")

    @property
    def api(self) -> Api:
        """Return the API as that one sees it."""
        return Api(self.admin)

    def kubeconfig_for(self, user: str, *groups: str) -> Path:
        """Return the kubeconfig of *user*, who may do what RBAC says."""
        folder = self.folder / "users" / "+".join((user, *groups)).replace("/", "_")
        if not (folder / "kubeconfig").exists():
            folder.mkdir(parents=True)
            certificate, key = self.authority.admit(user, *groups).write(folder)
            self._write_kubeconfig(folder, {"client-certificate": str(certificate), "client-key": str(key)})
        return folder / "kubeconfig"

    def kubeconfig_of_account(self, namespace: str, name: str) -> Path:
        """Return a kubeconfig of a service account, with a token such as its pods are given."""
        request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
        path = f"/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token"
        folder = self.folder / "accounts" / f"{namespace}+{name}"
        folder.mkdir(parents=True, exist_ok=True)
        self._write_kubeconfig(folder, {"token": self.api.send("POST", path, request).done()["status"]["token"]})
        return folder / "kubeconfig"

    def kubectl(self, *arguments: str | Path, stdin: str = "") -> "subprocess.CompletedProcess[str]":
        """Run kubectl as the one who may do everything; skip the test where it is not among the programs."""
        self.needs("kubectl")
        command = [self.programs / "kubectl", "--kubeconfig", self.admin, *arguments]
        return subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, timeout=START_SECONDS)

    def has(self, program: str) -> bool:
        """Tell whether there is such a program. The controller manager runs where there is one."""
        return os.access(self.programs / program, os.X_OK)

    def needs(self, program: str) -> None:
        """Skip the test where there is no such program."""
        if not self.has(program):
            pytest.skip(f"NOT TESTED AGAINST KUBERNETES: no {program} in {self.programs}")

    def audited(self) -> list[Document]:
        """Return the audit events of creations and changes so far, with the annotations of webhooks."""
        lines = (self.folder / "audit.log").read_text().splitlines()
        return [json.loads(line) for line in lines if line.endswith("}")]

    def start(self, program: str, *flags: str) -> None:
        """Start one of the programs; what it says goes to a file in the folder."""
        with (self.folder / f"{program}.log").open("wb") as log:
            command = [str(self.programs / program), *flags]
            self.processes.append(subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log))

    def wait_until_ready(self) -> None:
        """Wait until the API server says that it is ready."""
        end = time.monotonic() + START_SECONDS
        while True:
            gone = [process for process in self.processes if process.poll() is not None]
            assert not gone, f"{gone[0].args!r} has ended:\n{self._said()}"
            try:
                if self.api.send("GET", "/readyz").ok:
                    return
            except OSError:
                pass
            assert time.monotonic() < end, f"not ready:\n{self._said()}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End all of it at once: nobody needs its content any more."""
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def _said(self) -> str:
        return "\n".join(f"{log.name}:\n{log.read_text()[-2000:]}" for log in self.folder.glob("*.log"))

    def _write_kubeconfig(self, folder: Path, user: Document) -> None:
        cluster = {"server": self.url, "certificate-authority": str(self.folder / "ca.crt")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "tests", "user": user}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
            "current-context": "tests",
        }
        (folder / "kubeconfig").write_text(json.dumps(config))


@contextmanager
def api_server(folder: Path, programs: Path, *flags: str) -> Iterator[ApiServer]:
    """Run a cluster in *folder* as long as the context lasts; *flags* are more ones for kube-apiserver."""
    etcd, peer, port, controllers = free_ports(4)
    cluster = ApiServer(folder, programs, f"https://127.0.0.1:{port}", Authority())
    (folder / "ca.crt").write_text(cluster.authority.pem)
    cluster.authority.issue().write(folder)
    (folder / "audit.json").write_text(json.dumps(AUDIT_POLICY))
    try:
        cluster.start("etcd", *etcd_flags(etcd, peer))
        cluster.start("kube-apiserver", *api_server_flags(etcd, port), *flags)
        cluster.wait_until_ready()
        if cluster.has("kube-controller-manager"):
            cluster.start("kube-controller-manager", *controller_flags(cluster.admin, controllers))
        yield cluster
    finally:
        cluster.kill()
