"""The pods of a cluster, page by page, over the paths of the Kubernetes API."""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import msgspec

from webhook.adapters.cluster_reads import PAGE_SIZE, Get, Page, read
from webhook.core.audit_scope import NamespaceScope
from webhook.errors import Absent, ClusterFailed, Forbidden, Gone

TRIES = 3
"""Of one page: a short pause of an API server, or of the way to it, should not end an audit."""

PAUSE_SECONDS = 2.0

MAX_RENEWALS = 100
"""Of a list that gets too old again and again; an API server remembers for five minutes."""

WHAT = "pods"


class _Metadata(msgspec.Struct, frozen=True):
    name: str
    namespace: str


class _Pod(msgspec.Struct, frozen=True):
    metadata: _Metadata


@dataclass(frozen=True, slots=True)
class FoundPod:
    """A pod as the API server sent it."""

    namespace: str
    name: str
    document: msgspec.Raw
    left: int
    """So many pods are known to come behind it."""

    @property
    def key(self) -> str:
        """By what the API server orders pods."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPods:
    """The pods of a cluster, of all namespaces that are wanted. No more than a page of them is in memory."""

    get: Get
    scope: NamespaceScope
    sleep: Callable[[float], None]
    log: logging.Logger

    def each(self) -> Iterator[FoundPod]:
        """Yield every pod once, all pods of a namespace one after the other.

        A list that gets too old while it is read is read on from the newest state. What it has given out is not
        given out again, and no pod is left out that was there all the time.

        Raises:
            ClusterFailed: they cannot be read.
        """
        if not self.scope.only:
            yield from (pod for pod in self._listed("/api/v1/pods") if self.scope.includes(pod.namespace))
            return
        wanted = sorted(filter(self.scope.includes, self.scope.only))
        for namespace in wanted:
            # One that is not there would look like one in which all is well. Who may not ask does not learn that.
            with suppress(Forbidden):
                self.get(f"namespace {namespace}", _namespace(namespace))
        for namespace in wanted:
            yield from self._listed(f"{_namespace(namespace)}/pods")

    def _listed(self, path: str) -> Iterator[FoundPod]:
        token, last, known, renewals = "", "", "", 0
        while True:
            try:
                pods, following = self._page(path, token)
            except Gone as gone:
                renewals += 1
                if renewals > MAX_RENEWALS:
                    raise
                self.log.info("pods are read on behind %s from the newest state of the cluster", last or "nothing")
                token, known = gone.following, last
                continue
            for pod in pods:
                if not known or pod.key > known:
                    last = pod.key
                    yield pod
            token = following
            if not token:
                return

    def _page(self, path: str, token: str) -> tuple[list[FoundPod], str]:
        more = {"continue": token} if token else {}
        query = urlencode({"limit": PAGE_SIZE, **more})
        return _decoded(self._patiently(f"{path}?{query}"))

    def _patiently(self, path: str) -> bytes:
        for attempt in range(1, TRIES):
            try:
                return self.get(WHAT, path)
            except (Forbidden, Absent, Gone):
                raise
            except ClusterFailed as error:
                self.log.warning("asked again: %s", error)
                self.sleep(PAUSE_SECONDS * attempt)
        return self.get(WHAT, path)


def _namespace(name: str) -> str:
    return f"/api/v1/namespaces/{quote(name, safe='')}"


def _decoded(body: bytes) -> tuple[list[FoundPod], str]:
    """Return the pods of a page, and the token for the next one; empty where there is none."""
    page = read(WHAT, Page[msgspec.Raw], body)
    found = [(item, read(WHAT, _Pod, item).metadata) for item in page.items or ()]
    last = len(found) - 1 + page.metadata.left
    return (
        [FoundPod(pod.namespace, pod.name, item, last - number) for number, (item, pod) in enumerate(found)],
        page.metadata.following,
    )
