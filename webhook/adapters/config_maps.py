"""ConfigMaps with certain labels, over the paths of the Kubernetes API; for who only reads, with little memory."""

from collections.abc import Mapping
from typing import Protocol, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from webhook.adapters.cluster_objects import ConfigMap
from webhook.core.cluster import StoredConfigMap, Version
from webhook.errors import ClusterFailed

T = TypeVar("T")

METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
"""Asks for names and versions without the content, which is many times larger."""

PAGE_SIZE = 500


class Get(Protocol):
    """Makes a call that reads."""

    def __call__(self, what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Return the answer, of the kind *accept*. Raises `ClusterFailed`, and messages say *what*."""
        ...


class _ListMetadata(msgspec.Struct, frozen=True):
    following: str = msgspec.field(name="continue", default="")


class _Page(msgspec.Struct, frozen=True):
    metadata: _ListMetadata
    items: tuple[ConfigMap, ...] | None = None
    """An API server writes null where there is none."""


class LabelledConfigMaps:
    """The ConfigMaps of a namespace that have certain labels."""

    def __init__(self, get: Get, namespace: str, selector: str) -> None:
        """Ask by *get* for those that *selector*, a label selector, selects."""
        self._get = get
        self._namespace = namespace
        self._selector = selector

    def versions(self) -> Mapping[str, Version]:
        """Return name and version of each, page by page. Raises `ClusterFailed`."""
        what, found, token = f"configmaps in {self._namespace}", dict[str, Version](), ""
        while True:
            more = {"continue": token} if token else {}
            query = urlencode({"labelSelector": self._selector, "limit": PAGE_SIZE, **more})
            page = _read(what, _Page, self._get(what, f"{self._path}?{query}", accept=METADATA))
            found |= {item.metadata.name: item.metadata.resource_version for item in page.items or ()}
            token = page.metadata.following
            if not token:
                return found

    def get(self, name: str) -> StoredConfigMap:
        """Return one of them. Raises `ClusterFailed`, or `Absent`."""
        what = f"configmap {self._namespace}/{name}"
        found = _read(what, ConfigMap, self._get(what, f"{self._path}/{quote(name, safe='')}"))
        return StoredConfigMap(found.metadata.resource_version, found.data)

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{quote(self._namespace, safe='')}/configmaps"


def _read(what: str, kind: type[T], body: bytes) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise ClusterFailed(f"{what}: the answer is not one") from error
