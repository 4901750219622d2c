"""ConfigMaps with certain labels, over the paths of the Kubernetes API; for who only reads, with little memory."""

from collections.abc import Mapping
from urllib.parse import quote

from webhook.adapters.cluster_objects import ConfigMap
from webhook.adapters.cluster_reads import Get, Page, read, selected
from webhook.core.cluster import StoredConfigMap, Version


class LabelledConfigMaps:
    """The ConfigMaps of a namespace that have certain labels."""

    def __init__(self, get: Get, namespace: str, selector: str) -> None:
        """Ask by *get* for those that *selector*, a label selector, selects."""
        self._get = get
        self._namespace = namespace
        self._selector = selector

    def versions(self) -> Mapping[str, Version]:
        """Return name and version of each, page by page. Raises `ClusterFailed`."""
        what = f"configmaps in {self._namespace}"
        found = selected(self._get, what, self._path, Page[ConfigMap], selector=self._selector)
        return {item.metadata.name: item.metadata.resource_version for item in found}

    def get(self, name: str) -> StoredConfigMap:
        """Return one of them. Raises `ClusterFailed`, or `Absent`."""
        what = f"configmap {self._namespace}/{name}"
        found = read(what, ConfigMap, self._get(what, f"{self._path}/{quote(name, safe='')}"))
        return StoredConfigMap(found.metadata.resource_version, found.data)

    @property
    def _path(self) -> str:
        return f"/api/v1/namespaces/{quote(self._namespace, safe='')}/configmaps"
