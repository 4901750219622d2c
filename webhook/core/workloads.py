"""Which kinds of object hold a pod, and where in them it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from webhook.errors import InvalidReview

Path = tuple[str, ...]
"""Keys from the object to its pod template; empty where the object is itself the pod."""


@dataclass(frozen=True, slots=True)
class Kind:
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

_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])


def pod_template(document: msgspec.Raw, path: Path) -> msgspec.Raw | None:
    """Return the pod or pod template at *path* of an object; None where the object has none there.

    Raises:
        InvalidReview: something on the way is not an object.
    """
    for key in path:
        try:
            found = _OBJECT.decode(document).get(key)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidReview(f"the object's pod template cannot be reached at {'.'.join(path)}") from error
        if found is None or bytes(found) == b"null":
            return None
        document = found
    return document
