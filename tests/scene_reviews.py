"""Reviews and lookup tables by chance, about what a registry of a scene holds."""

from collections.abc import Sequence

from tests.processes import Document
from tests.scene_policies import Pick
from tests.scenes import NAMESPACES
from webhook.emulator.world import Image, World

HOSTS = ("cr.yandex",) * 12 + ("cr.cloud.yandex.net", "CR.yandex", "mirror.example", "docker.io", "quay.io:5000")
ODD = (
    "nginx",
    "nginx:1.29",
    "library/nginx:1",
    "index.docker.io/nginx",
    "Not/An Image",
    "crp1/shop/api@sha256:12",
    "cr.yandex/crp1/shop/api@md5:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a",
    "1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6",
    "sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6",
    "sha256:1f6a0c8b",
    "cr.yandex/crp1/shop/api:none",
    "cr.yandex/crp1/nothing@sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6",
    "docker.io/a//b",
    "a\nb",
)
TEMPLATED = (
    ("apps", "Deployment", ("spec", "template")),
    ("batch", "CronJob", ("spec", "jobTemplate", "spec", "template")),
    ("argoproj.io", "Rollout", ("spec", "template")),
    ("", "PodTemplate", ("template",)),
)
BROKEN = ("../images/x", "", "CHE1", "chegone")


def table(pick: Pick, world: World) -> Document:
    """Return a lookup table: right entries, wrong ones, and some that name an image as well."""
    images = [image for parent in world.images for image in (parent, *parent.children)]
    scans = [scan for image in images for scan in image.scans]
    entries: Document = {}
    for image in images:
        own = [scan.id for scan in image.scans]
        named = pick([None, None, *own * 4, *(scan.id for scan in scans), "chegone"])
        if named is not None:
            ids = {"scanResultId": named, "imageId": pick([image.id, image.id, "crpi0"])}
            entries[image.digest] = pick([named, named, ids])
    return entries


def review(pick: Pick, world: World) -> Document:
    """Return an AdmissionReview."""
    new = _pod(pick, world)
    old = pick([None, None, _pod(pick, world), new, _without(new)])
    operation = pick(["CREATE"] * 16 + ["UPDATE"] * 8 + ["DELETE", "CONNECT"]) if old else "CREATE"
    group, kind, path = pick([("", "Pod", ())] * 16 + list(TEMPLATED) * 2 + [("", "Service", ())])
    subresource = pick([None] * 40 + ["status", "scale", "resize", "ephemeralcontainers", "ephemeralcontainers"])
    deleted = operation == "UPDATE" and pick([True, False, False, False])
    stored = _placed(old, path) if old and operation != "CREATE" else None
    if stored and deleted:
        stored = stored | {"metadata": stored.get("metadata", {}) | {"deletionTimestamp": "2026-11-24T11:59:00Z"}}
    return {
        "apiVersion": pick(["admission.k8s.io/v1"] * 40 + ["admission.k8s.io/v1beta1"]),
        "kind": "AdmissionReview",
        "request": {
            "uid": "705ab4f5-6393-11e8-b7cc-42010a800002",
            "kind": {"group": group, "version": "v1", "kind": kind},
            "subResource": subresource,
            "operation": operation,
            "name": "web",
            "namespace": pick(NAMESPACES),
            "userInfo": {"username": "alice"},
            "object": None if operation in ("DELETE", "CONNECT") else _placed(new, path),
            "oldObject": stored,
        },
    }


def _placed(pod: Document, path: Sequence[str]) -> Document:
    placed = pod
    for step in reversed(path):
        placed = {step: placed}
    return placed


def _without(pod: Document) -> Document:
    """Return a pod without its last container, unless it is the only one."""
    containers = pod["spec"]["containers"]
    return pod | {"spec": pod["spec"] | {"containers": containers[:-1] or containers}}


def _pod(pick: Pick, world: World) -> Document:
    annotations: Document = {}
    lists = {key: [_container(pick, world, annotations) for _ in range(size)] for key, size in _sizes(pick)}
    spec: Document = {key: containers for key, containers in lists.items() if containers}
    if pick([True, *[False] * 7]):
        reference = _named(pick, world, annotations, "model")
        spec["volumes"] = [{"name": "model", "image": {"reference": reference}}, {"name": "b", "rbd": {"image": "x"}}]
    spec |= pick(
        [{}] * 30
        + [{"future": {"image": "nginx"}}, {"later": [{"reference": "evil"}]}, {"nodeSelector": {"image": "x"}}]
    )
    spec |= pick([{}, {}, {"serviceAccountName": "robot-1"}, {"serviceAccountName": "default"}])
    return {"metadata": {"name": "web", "annotations": annotations}, "spec": spec}


def _sizes(pick: Pick) -> list[tuple[str, int]]:
    return [
        ("containers", pick([1, 1, 1, 1, 2])),
        ("initContainers", pick([0, 0, 0, 1])),
        ("ephemeralContainers", pick([0, 0, 0, 0, 0, 1])),
    ]


def _container(pick: Pick, world: World, annotations: Document) -> Document:
    name = pick(["app", "log", "proxy", "model"])
    return {"name": name, "image": _named(pick, world, annotations, name)}


def _named(pick: Pick, world: World, annotations: Document, name: str) -> str:
    """Return how an image is named, and annotate it."""
    images = [image for parent in world.images for image in (parent, parent, *parent.children)]
    image: Image = pick(images)
    if pick([True, True, False]):
        scans = [scan.id for one in images for scan in one.scans]
        own = [scan.id for scan in image.scans]
        annotations["scan-result.scangate.dev/" + name] = pick([*own * 12, *scans, *BROKEN])
    if pick([True, *[False] * 11]):
        return str(pick(ODD))
    tag = pick([*[f":{own}" for own in image.tags] * 3, ":1", ":latest", ""])
    digest = pick([f"@{image.digest}"] * 5 + [""])
    return f"{pick(HOSTS)}/{image.name}{tag}{digest}"
