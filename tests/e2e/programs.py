"""The programs of a cluster, and how they are told to be small and quick. All paths are in their working folder."""

import os
import socket
from contextlib import ExitStack
from pathlib import Path

NEEDED = ("etcd", "kube-apiserver")
USUAL = Path("/usr/local/kubebuilder/bin")

AUDIT_POLICY = {
    "apiVersion": "audit.k8s.io/v1",
    "kind": "Policy",
    "omitStages": ["RequestReceived"],
    "rules": [{"level": "Metadata", "verbs": ["create", "update", "patch"]}, {"level": "None"}],
}
"""Creations and changes are audited, without their content."""


def binaries() -> Path | None:
    """Return the folder with the programs; None where there is none."""
    folder = Path(os.environ.get("KUBEBUILDER_ASSETS") or USUAL)
    return folder if all(os.access(folder / name, os.X_OK) for name in NEEDED) else None


def etcd_flags(port: int, peer: int) -> tuple[str, ...]:
    """Return the flags of etcd."""
    client, peers = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{peer}"
    return (
        "--data-dir=etcd",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
    )


def api_server_flags(etcd: int, port: int) -> tuple[str, ...]:
    """Return the flags of kube-apiserver."""
    return (
        f"--etcd-servers=http://127.0.0.1:{etcd}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={port}",
        "--cert-dir=certificates",
        "--tls-cert-file=tls.crt",
        "--tls-private-key-file=tls.key",
        "--client-ca-file=ca.crt",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-account-key-file=tls.crt",
        "--service-account-signing-key-file=tls.key",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--authorization-mode=RBAC",
        # Without the controller manager there are no service accounts that pods could be given.
        "--disable-admission-plugins=ServiceAccount",
        "--allow-privileged=true",
        # A Service without a selector reaches the addresses in its EndpointSlices, without kube-proxy.
        "--enable-aggregator-routing=true",
        "--audit-policy-file=audit.json",
        "--audit-log-path=audit.log",
    )


def controller_flags(kubeconfig: Path, port: int) -> tuple[str, ...]:
    """Return the flags of kube-controller-manager."""
    return (
        f"--kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        "--cert-dir=controllers",
        "--leader-elect=false",
        "--service-account-private-key-file=tls.key",
        "--root-ca-file=ca.crt",
    )


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, all of them different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
