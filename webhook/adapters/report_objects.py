"""Policy reports as objects of the Kubernetes API: listed, read, made, replaced and deleted."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import msgspec

from webhook.adapters.cluster_reads import JSON, METADATA, Page, read, selected
from webhook.core.cluster import ObjectName, Version
from webhook.core.policy_reports import CONTENT, MANAGED_BY, SOURCE, ReportApi
from webhook.errors import Absent, Conflict


class Calls(Protocol):
    """Makes calls of the Kubernetes API."""

    def get(self, what: str, path: str, *, accept: str = JSON) -> bytes:
        """Return the answer of a call that reads. Raises `ClusterFailed`, or `Absent`; messages say *what*."""
        ...

    def call(self, method: str, what: str, path: str, *, body: object = None) -> bytes:
        """Return the answer of any call. Raises `Conflict`, too."""
        ...


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report that is there."""

    uid: str
    version: Version
    content: str
    """Hash of what it says."""


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    name: str
    namespace: str
    uid: str
    resource_version: Version
    annotations: dict[str, str] = {}


class _Item(msgspec.Struct, frozen=True):
    metadata: _Metadata


@dataclass(frozen=True, slots=True)
class ReportObjects:
    """All reports of a cluster that an audit wrote. Everything raises `ClusterFailed`."""

    calls: Calls
    api: ReportApi

    @property
    def resource(self) -> str:
        """What they are called."""
        return f"{self.api.plural}.{self.api.value}"

    def list(self) -> Iterator[tuple[ObjectName, StoredReport]]:
        """Yield them, page by page. Raises `Absent` where the cluster knows no such objects."""
        found = selected(self.calls.get, self.resource, self._path(), Page[_Item], selector=f"{MANAGED_BY}={SOURCE}")
        for metadata in (item.metadata for item in found):
            content = metadata.annotations.get(CONTENT)
            # The label alone may be on what people manage with other tools of that name.
            if content is not None and metadata.name.startswith(f"{SOURCE}-"):
                stored = StoredReport(metadata.uid, metadata.resource_version, content)
                yield ObjectName(metadata.namespace, metadata.name), stored

    def version(self, name: ObjectName) -> Version | None:
        """Return the version of one; None where it is not there."""
        path = self._path(name.namespace, name.name)
        with suppress(Absent):
            answer = self.calls.get(self._what(name), path, accept=METADATA)
            return read(self._what(name), _Item, answer).metadata.resource_version
        return None

    def store(self, name: ObjectName, body: Mapping[str, Any], version: Version | None) -> None:
        """Replace that version of one, or make it where that is None. Raises `Conflict`, or `Absent`."""
        if version is None:
            self.calls.call("POST", self._what(name), self._path(name.namespace), body=body)
            return
        versioned = {**body, "metadata": {**body["metadata"], "resourceVersion": version}}
        self.calls.call("PUT", self._what(name), self._path(name.namespace, name.name), body=versioned)

    def delete(self, name: ObjectName, stored: StoredReport) -> None:
        """Delete just what was read: one that has been changed since is somebody's who is at work."""
        preconditions = {"preconditions": {"uid": stored.uid, "resourceVersion": stored.version}}
        with suppress(Absent, Conflict):
            self.calls.call("DELETE", self._what(name), self._path(name.namespace, name.name), body=preconditions)

    def _what(self, name: ObjectName) -> str:
        return f"{self.api.kind} {name}"

    def _path(self, namespace: str | None = None, name: str | None = None) -> str:
        place = "" if namespace is None else f"/namespaces/{quote(namespace, safe='')}"
        end = "" if name is None else f"/{quote(name, safe='')}"
        return f"/apis/{self.api.value}/{self.api.version}{place}/{self.api.plural}{end}"
