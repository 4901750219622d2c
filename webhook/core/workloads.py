"""Which kinds of object hold a pod, and where in them it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from webhook.core.printable import printable
from webhook.errors import Invalid, InvalidReview

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


class _PodSpec(msgspec.Struct, frozen=True, rename="camel"):
    service_account_name: str | None = None
    service_account: str | None = None


class _Pod(msgspec.Struct, frozen=True):
    spec: _PodSpec | None = None


_POD_DECODER = msgspec.json.Decoder(_Pod)

DEFAULT_SERVICE_ACCOUNT = "default"


def service_account(pod: msgspec.Raw) -> str:
    """Return the service account that a pod or a pod template runs as.

    `serviceAccount` is the old name of the field; an API server gives pods both.

    Raises:
        InvalidReview: it is not a pod.
    """
    try:
        spec = _POD_DECODER.decode(pod).spec or _PodSpec()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidReview(f"the pod cannot be read: {printable(str(error))}") from error
    return spec.service_account_name or spec.service_account or DEFAULT_SERVICE_ACCOUNT
