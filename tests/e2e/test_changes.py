"""Objects that were there before the gate: what may be changed of them, and what not, while the gate judges."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.certificates import Authority
from tests.e2e.api import Document
from tests.e2e.apiserver import ApiServer
from tests.e2e.guarded import DOWN, Guard, Release, pod, reached, release, workloads
from tests.e2e.installation import document
from tests.http_calls import unused_port
from tests.processes import eventually
from tests.service.registry import App

KINDS = ["Pod", *workloads("", App(0))]
FIXED = ["Job"]
"""Kinds whose pod template cannot be changed."""

SCALED = ["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"]


@pytest.fixture(scope="module")
def down(cluster: ApiServer) -> Iterator[Release]:
    """Register a gate that is down, beside the one that judges."""
    values = reached(unused_port(), Authority()) | {"fullnameOverride": "down"}
    absent = release(cluster, "down", values)
    cluster.api.apply(absent.registration)
    yield absent
    cluster.api.delete(absent.registration).done()


def made(kind: str, namespace: str, app: App) -> Document:
    """Return an object of a kind."""
    return pod(namespace, app) if kind == "Pod" else workloads(namespace, app)[kind]


def eviction(namespace: str) -> Document:
    """Return what evicts the pod `web`, in a dry run."""
    body = document("policy/v1", "Eviction", "web", namespace)
    return body | {"deleteOptions": {"dryRun": ["All"]}}


def changes(kind: str) -> list[Document]:
    """Return changes that bring in no image."""
    metadata: dict[str, Any] = {"labels": {"a": "b"}, "annotations": {"a": "b"}, "finalizers": ["scangate.dev/test"]}
    each = [{"metadata": {name: value}} for name, value in metadata.items()]
    return each + ([{"spec": {"replicas": 0}}] if kind in SCALED else [])


def assert_harmless_changes_work(judge: Release, subject: Document) -> None:
    """Claim that an object can be changed, and be deleted and let go."""
    api = judge.cluster.api
    for change in changes(subject["kind"]):
        answer = api.patch(subject, change)
        assert answer.ok, (change, answer.message)
    if subject["kind"] == "Pod":
        path = f"{api.path(subject)}/eviction"
        assert api.send("POST", path, eviction(subject["metadata"]["namespace"])).ok
    assert api.delete(subject).ok
    assert api.patch(subject, {"metadata": {"finalizers": []}}).ok
    eventually(lambda: api.get(subject).status == 404)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_there_before(guard: Guard, namespace: str, kind: str) -> None:
    """With a bad image, everything works but to bring in another bad one; a good one is taken."""
    api, registry = guard.cluster.api, guard.registry
    old, bad, good = registry.app(critical=3), registry.app(critical=3), registry.app()
    subject = made(kind, namespace, old)
    api.create(subject).done()
    guard.release.guard(namespace)
    guard.release.wait(namespace)
    if kind not in FIXED:
        answer = api.patch(subject, made(kind, namespace, bad))
        assert (answer.status, bad.reference in answer.message) == (403, True), answer.message
        api.patch(subject, made(kind, namespace, good)).done()
    assert_harmless_changes_work(guard.release, subject)


@pytest.mark.parametrize("kind", KINDS)
def test_while_the_gate_is_down(guard: Guard, namespace: str, down: Release, kind: str) -> None:
    """Everything works but to bring in another image."""
    api, app, other = guard.cluster.api, guard.registry.app(), guard.registry.app()
    subject = made(kind, namespace, app)
    api.create(subject).done()
    down.guard(namespace)
    down.wait(namespace)
    if kind not in FIXED:
        assert DOWN in api.patch(subject, made(kind, namespace, other)).message
    if kind == "Pod":
        debugger = {"name": "debugger", "image": other.reference}
        change = {"spec": {"ephemeralContainers": [debugger]}}
        assert DOWN in api.patch(subject, change, subresource="ephemeralcontainers").message
    assert_harmless_changes_work(down, subject)
