"""Labels of the namespaces of a cluster, for commands that talk to it anyway."""

import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import quote

import msgspec

from webhook.adapters.cluster_reads import METADATA, Get, read
from webhook.core.deadline import Deadline
from webhook.core.matching import Labels
from webhook.errors import ClusterFailed

REMEMBERED = 256
"""Namespaces; pods come namespace by namespace."""


class _Metadata(msgspec.Struct, frozen=True):
    labels: dict[str, str] = {}


class _Namespace(msgspec.Struct, frozen=True):
    metadata: _Metadata


class ClusterNamespaces:
    """Asks the API server for the labels of a namespace, and remembers them; for many threads."""

    def __init__(self, get: Get, log: logging.Logger) -> None:
        """Ask by *get*."""
        self._get, self._log = get, log
        self._read: Callable[[str], Labels] = lru_cache(REMEMBERED)(self._asked)
        self._one = threading.Lock()

    def labels(self, namespace: str, deadline: Deadline) -> Labels | None:
        """Return the labels of a namespace; None where they cannot be had, which the log explains."""
        try:
            with self._one:  # who comes while it is asked for gets the same answer
                return self._read(namespace)
        except ClusterFailed as error:
            self._log.warning("the labels of namespace %s are not known: %s", namespace, error)
            return None

    def _asked(self, namespace: str) -> Labels:
        what = f"namespace {namespace}"
        body = self._get(what, f"/api/v1/namespaces/{quote(namespace, safe='')}", accept=METADATA)
        return read(what, _Namespace, body).metadata.labels
