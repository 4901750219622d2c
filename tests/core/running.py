"""Pods as an API server lists them, with a status."""

from typing import Any

import msgspec

from tests.builders import pod
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.running_pods import RunningPod, parse_pod

Document = dict[str, Any]

UID = "c0ffee00-0000-4000-8000-000000000001"


def status(name: str, image_id: str, **more: Any) -> Document:
    """Return the status of a container."""
    return {"name": name, "imageID": image_id, **more}


def reference(kind: str, name: str, *, version: str = "apps/v1", controller: bool = True) -> Document:
    """Return the reference to an owner; its uid is its name."""
    return {"apiVersion": version, "kind": kind, "name": name, "uid": name, "controller": controller}


def listed(
    document: Document, *, phase: str = "Running", owners: tuple[Document, ...] = (), **statuses: list[Document]
) -> Document:
    """Return a pod as it is listed; *statuses* are those of containers, by the name of their field."""
    metadata = {"namespace": "shop", "uid": UID} | document["metadata"] | {"ownerReferences": list(owners)}
    return {**document, "metadata": metadata, "status": {"phase": phase, **statuses}}


def raw(document: Document) -> msgspec.Raw:
    """Return the text of a document."""
    return msgspec.Raw(msgspec.json.encode(document))


def read(document: Document) -> RunningPod | None:
    """Read a pod."""
    return parse_pod(raw(document), YANDEX_REGISTRY_ALIASES)


def running(document: Document) -> RunningPod:
    """Read a pod that runs."""
    found = read(document)
    assert found is not None
    return found


def web(*images: str, **more: Any) -> Document:
    """Return a running pod of these images; *more* is as for `listed`."""
    return listed(pod(*images), **more)
