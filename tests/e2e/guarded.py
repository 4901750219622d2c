"""A cluster that the gate guards: the chart's objects in it, and the gate as a process that its API server asks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from charts.rendering import objects, render
from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.installation import document
from tests.gates import Gate, Setup, gate
from tests.processes import eventually
from tests.service.registry import App, Registry, new_app

NAMESPACE = "scangate"
"""Of the release."""

DOWN = 'failed calling webhook "validate.scangate.dev"'
"""What an API server says that does not reach the gate, and may not do without."""

LABEL = "scangate.dev/guarded-by"
"""Of namespaces that the release guards: the cluster is shared with other tests."""


@dataclass(frozen=True, slots=True)
class Release:
    """The chart with some values, rendered by Helm, and applied as Helm does."""

    cluster: ApiServer
    label: str
    objects: tuple[Document, ...]
    hooks: tuple[Document, ...] = ()
    """Objects that Helm makes only for a while."""

    def apply(self, number: int | None = None) -> None:
        """Apply the objects, or the first *number* of them, in Helm's order. Hooks are not run."""
        self.cluster.api.apply(document("v1", "Namespace", NAMESPACE))
        self.cluster.api.apply(*self.objects[:number])

    def delete(self) -> None:
        """Delete everything, the last first, as Helm does."""
        for each in reversed(self.objects):
            self.cluster.api.delete(each)

    def guard(self, namespace: str) -> None:
        """Have it guard a namespace."""
        self.cluster.api.patch(
            document("v1", "Namespace", namespace), {"metadata": {"labels": {LABEL: self.label}}}
        ).done()

    def wait(self, namespace: str) -> None:
        """Wait until a namespace is guarded: the API server takes up labels and webhooks with a delay."""
        unknown = pod(namespace, new_app(), "probe")
        eventually(lambda: not self.cluster.api.create(unknown, dry_run=True).ok)

    @property
    def registration(self) -> Document:
        """The webhook configuration."""
        [found] = [each for each in self.objects if each["kind"] == "ValidatingWebhookConfiguration"]
        return found

    @property
    def policy(self) -> Document:
        """The rule of the policy."""
        [found] = [each for each in self.objects if each["metadata"]["name"] == "scangate-policy"]
        [rule] = yaml.safe_load(found["data"]["policy.yaml"])["rules"]
        assert isinstance(rule, dict)
        return rule


def release(cluster: ApiServer, label: str, values: Mapping[str, Any]) -> Release:
    """Return the chart with *values*, guarding only namespaces that carry *label*."""
    webhook = {"namespaceSelector": {"matchLabels": {LABEL: label}}, **values.get("webhook", {})}
    rendered = objects(render({**values, "webhook": webhook}, namespace=NAMESPACE))
    mine, hooks = (tuple(each.content for each in rendered if bool(each.hook) is hook) for hook in (False, True))
    return Release(cluster, label, mine, hooks)


def reached(port: int, authority: Authority, **webhook: Any) -> dict[str, Any]:
    """Return the values with which the API server asks a gate on this machine, whose certificate *authority* made."""
    own = {"existingSecret": "scangate-tls", "caBundle": authority.pem}
    url = {"url": f"https://127.0.0.1:{port}/validate", "activation": "immediate"}
    return {"certificates": {"mode": "own", "own": own}, "webhook": url | webhook}


@dataclass(frozen=True, slots=True)
class Guard:
    """A gate that guards namespaces of a cluster."""

    release: Release
    gate: Gate
    registry: Registry
    folder: Path
    """With its files: `policy.yaml`."""

    @property
    def cluster(self) -> ApiServer:
        """The cluster."""
        return self.release.cluster


@contextmanager
def guarding(
    made: Release, port: int, world: Registry, authority: Authority, folder: Path, *, host: str = "localhost"
) -> Iterator[Guard]:
    """Run a gate with the policy of a release on *port*, as long as the context lasts. *host* is in its certificate."""
    authority.issue(host).write(folder)
    tls = {"certFile": "tls.crt", "keyFile": "tls.key"}
    setup = Setup(registry=world.url, rule=made.policy, server={"port": port, "threads": 64, "tls": tls})
    with gate(folder, authority, setup) as running:
        yield Guard(made, running, world, folder)


def pod_spec(*images: str, **more: Any) -> Document:
    """Return the spec of a pod with a container for each image."""
    containers = [{"name": f"app-{number}", "image": image} for number, image in enumerate(images)]
    return {"containers": containers, "automountServiceAccountToken": False, **more}


def pod(namespace: str, app: App, name: str = "web", **more: Any) -> Document:
    """Return a pod."""
    return document("v1", "Pod", name, namespace) | {"spec": pod_spec(app.reference, **more)}


def deployment(namespace: str, app: App, name: str = "web", replicas: int = 1) -> Document:
    """Return a Deployment."""
    labels = {"app": name}
    template = {"metadata": {"labels": labels}, "spec": pod_spec(app.reference)}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": template}
    return document("apps/v1", "Deployment", name, namespace) | {"spec": spec}


def workloads(namespace: str, app: App) -> dict[str, Document]:
    """Return an object of each kind that makes pods."""
    labels = {"app": "web"}
    template = {"metadata": {"labels": labels}, "spec": pod_spec(app.reference)}
    once = {"spec": pod_spec(app.reference, restartPolicy="Never")}
    selector = {"selector": {"matchLabels": labels}, "template": template}
    specs: dict[tuple[str, str], Document] = {
        ("apps/v1", "Deployment"): selector,
        ("apps/v1", "ReplicaSet"): selector,
        ("apps/v1", "StatefulSet"): selector | {"serviceName": "web"},
        ("apps/v1", "DaemonSet"): selector,
        ("v1", "ReplicationController"): {"selector": labels, "template": template},
        ("batch/v1", "Job"): {"template": once},
        ("batch/v1", "CronJob"): {"schedule": "@daily", "jobTemplate": {"spec": {"template": once}}},
    }
    made = {kind: document(version, kind, "web", namespace) | {"spec": spec} for (version, kind), spec in specs.items()}
    return made | {"PodTemplate": document("v1", "PodTemplate", "web", namespace) | {"template": template}}
