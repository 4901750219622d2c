"""Which kinds of object hold a pod, and where in them it is."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from webhook.core.printable import printable
from webhook.errors import Invalid, InvalidReview

Path = tuple[str, ...]
"""Keys from the object to its pod template; empty where the object is itself the pod."""


class Kind(msgspec.Struct, frozen=True, gc=False):
    """Group and kind of an object, without its version: `matchPolicy: Equivalent` may send any."""

    group: str
    name: str

    def __str__(self) -> str:
        """Write it as Kubernetes does: `Deployment.apps`, `Pod`."""
        return f"{self.name}.{self.group}" if self.group else self.name


POD = Kind("", "Pod")

BUILT_IN: Mapping[Kind, Path] = {
    POD: (),
    Kind("", "PodTemplate"): ("template",),
    Kind("", "ReplicationController"): ("spec", "template"),
    Kind("apps", "DaemonSet"): ("spec", "template"),
    Kind("apps", "Deployment"): ("spec", "template"),
    Kind("apps", "ReplicaSet"): ("spec", "template"),
    Kind("apps", "StatefulSet"): ("spec", "template"),
    Kind("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    Kind("batch", "Job"): ("spec", "template"),
}
"""Every kind of Kubernetes itself from which pods are made (API reference, "Workload Resources")."""

_KIND = re.compile(r"(?P<name>[A-Z][A-Za-z0-9]{0,62})\.(?P<group>[a-z0-9][a-z0-9.-]{0,252})", re.ASCII)


def parse_kind(text: str) -> Kind:
    """Return a kind as it is written by people: `Pod`, `Deployment`, `Rollout.argoproj.io`.

    Raises:
        Invalid: it is neither one of Kubernetes itself nor has its group behind a dot.
    """
    known = {kind.name: kind for kind in BUILT_IN}
    match = _KIND.fullmatch(text)
    if text in known:
        return known[text]
    if match is None:
        names = ", ".join(sorted(known))
        raise Invalid(
            f"'{printable(text, limit=80)}' is none of {names}, nor a kind with its group: Rollout.argoproj.io"
        )
    return Kind(match["group"], match["name"])


_NULL = msgspec.Raw(b"null")


def pod_template(document: msgspec.Raw, path: Path) -> msgspec.Raw | None:
    """Return the pod or pod template at *path* of an object; None where the object has none there.

    Raises:
        InvalidReview: something on the way is not an object.
    """
    if not path:
        return document
    try:
        found = _reader(path).decode(document)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the object's pod template cannot be reached at {'.'.join(path)}") from error
    for _ in path:
        found = found.next if found is not None else None
    return None if found is None or found == _NULL else found


@lru_cache(maxsize=64)
def _reader(path: Path) -> msgspec.json.Decoder[Any]:
    """Return what reads the way along *path* at once, and nothing else of the object: a large one is read once."""
    *way, last = path
    step: Any = msgspec.defstruct("Step", [("next", msgspec.Raw, msgspec.field(default=_NULL, name=last))])
    for key in reversed(way):
        step = msgspec.defstruct("Step", [("next", step | None, msgspec.field(default=None, name=key))])
    return msgspec.json.Decoder(step)
