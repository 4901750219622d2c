"""Which images a review brings in, if any."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Any
"""A part of a JSON document."""

PREFIX = "scan-result.scangate.dev/"

TEMPLATE = ("spec", "template")
KINDS: Mapping[tuple[str, str], Sequence[str]] = {
    ("", "Pod"): (),
    ("", "PodTemplate"): ("template",),
    ("", "ReplicationController"): TEMPLATE,
    ("apps", "DaemonSet"): TEMPLATE,
    ("apps", "Deployment"): TEMPLATE,
    ("apps", "ReplicaSet"): TEMPLATE,
    ("apps", "StatefulSet"): TEMPLATE,
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): TEMPLATE,
}
IMAGELESS = ("scale", "status", "resize", "binding", "eviction")
FREE_KEYS = ("annotations", "labels", "matchLabels", "nodeSelector", "options", "rbd", "volumeAttributes")
"""Where keys are words of the author's own, and one volume whose image is a block device."""
LISTS = ("containers", "initContainers", "ephemeralContainers")


@dataclass(frozen=True, slots=True)
class Named:
    """An image that a pod names."""

    text: str
    annotations: frozenset[str | None]
    """Scans that annotations name for it: one for each container, None for one without."""
    expected: bool = True
    """Whether it stands where Kubernetes has images."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a review is about."""

    namespace: str
    kind: str
    """As policies write it."""
    service_account: str
    images: tuple[Named, ...]


def read(review: Document, configured: Sequence[Document]) -> Asked | str | int:
    """Return what is to be judged, or the reason why nothing is, or the HTTP status of a refusal."""
    request = review.get("request")
    if (review.get("apiVersion"), review.get("kind")) != ("admission.k8s.io/v1", "AdmissionReview") or not request:
        return 400
    known = dict(KINDS) | {(one["group"], one["kind"]): one["path"].split(".") for one in configured}
    kind = (request["kind"].get("group", ""), request["kind"]["kind"])
    return _imageless(request, kind in known) or _brought(request, kind, known.get(kind, ()))


def _imageless(request: Document, known: bool) -> str:
    """Return why a request brings in no image, where that can be seen without a look at the object."""
    operation, old = request["operation"], request.get("oldObject") or {}
    terminating = operation == "UPDATE" and (old.get("metadata") or {}).get("deletionTimestamp")
    reasons = {
        "deletion": operation == "DELETE",
        "connection": operation == "CONNECT",
        "subresource-without-images": request.get("subResource") in IMAGELESS,
        "kind-without-images": not known,
        "terminating": terminating,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _brought(request: Document, kind: tuple[str, str], path: Sequence[str]) -> Asked | str:
    old = _at(request.get("oldObject"), path) if request["operation"] == "UPDATE" else None
    asked = _pod(_at(request["object"], path), old)
    if isinstance(asked, str):
        return asked
    account, images = asked
    written = kind[1] if kind in KINDS else ".".join(reversed(kind))
    return Asked(request.get("namespace", ""), written, account, images)


def _pod(pod: Document, old: Document) -> tuple[str, tuple[Named, ...]] | str:
    if not pod:
        return "no-pod-template"
    known = {one.text for one in _images(old)} if old else set()
    images = tuple(one for one in _images(pod) if one.text not in known)
    if old is not None and not images:
        return "no-new-image"
    return pod["spec"].get("serviceAccountName") or "default", images


def _at(document: Document, path: Sequence[str]) -> Document:
    for step in path:
        document = (document or {}).get(step)
    return document


def _images(pod: Document) -> list[Named]:
    """Return every image of a pod: each text once, with all that is said of it."""
    spec, said = pod.get("spec") or {}, (pod.get("metadata") or {}).get("annotations") or {}
    found: dict[tuple[str, bool], set[str | None]] = {}
    for text, name in _in_their_places(spec):
        found.setdefault((text, True), set()).add(said.get(PREFIX + name))
    for text in _elsewhere(spec):
        found.setdefault((text, False), set()).add(None)
    return [Named(text, frozenset(scans), expected) for (text, expected), scans in found.items()]


def _in_their_places(spec: Document) -> Iterator[tuple[str, str]]:
    for place in LISTS:
        for container in spec.get(place) or ():
            yield container["image"], container["name"]
    names = {container["name"] for place in LISTS for container in spec.get(place) or ()}
    for volume in spec.get("volumes") or ():
        if volume.get("image"):
            yield volume["image"]["reference"], "" if volume["name"] in names else volume["name"]


def _elsewhere(spec: Document) -> Iterator[str]:
    """Find images where Kubernetes has none."""
    for key, value in spec.items():
        if key in LISTS:
            for container in value or ():
                yield from _texts({name: inner for name, inner in container.items() if name != "image"})
        elif key == "volumes":
            for volume in value or ():
                yield from _texts({name: inner for name, inner in volume.items() if name != "image"})
        else:
            yield from _texts({key: value})


def _texts(document: Document) -> Iterator[str]:
    inner = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in inner:
        if isinstance(value, dict | list) and key not in FREE_KEYS:
            yield from _texts(value)
        elif key in ("image", "reference") and isinstance(value, str):
            yield value
