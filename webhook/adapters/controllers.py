"""Who controls what controls pods: the Deployment of a ReplicaSet, the CronJob of a Job."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import msgspec

from webhook.adapters.cluster_reads import METADATA, Get, read
from webhook.core.cluster_audit import Owner
from webhook.core.running_pods import OwnerReference, controller_of
from webhook.errors import ClusterFailed, Forbidden

FOLLOWED: Mapping[tuple[str, str], str] = {("apps/v1", "ReplicaSet"): "replicasets", ("batch/v1", "Job"): "jobs"}
"""What people seldom make themselves, and the name of the resource. Whatever else controls pods is known as itself."""


class _Metadata(msgspec.Struct, frozen=True, rename="camel"):
    uid: str
    owner_references: tuple[OwnerReference, ...] | None = None


class _Object(msgspec.Struct, frozen=True):
    metadata: _Metadata


@dataclass(frozen=True, slots=True)
class Controllers:
    """Asks the API server, about each object that is asked for."""

    get: Get
    log: logging.Logger
    refused: set[str] = field(default_factory=set)
    """Resources that may not be read; that is heard of once."""

    def above(self, owner: Owner) -> Owner | None:
        """Return the controller of *owner*; None where it has none, or where that cannot be known."""
        resource = FOLLOWED.get((owner.api_version, owner.kind))
        if resource is None or resource in self.refused:
            return None
        try:
            found = self._metadata(owner, resource)
        except Forbidden as error:
            self.refused.add(resource)
            self.log.warning("who controls %s is not known: %s", resource, error)
            return None
        except ClusterFailed as error:
            self.log.warning("who controls it is not known: %s", error)
            return None
        # Another object of that name is not the one that made the pods.
        return controller_of(found.owner_references or (), owner.namespace) if found.uid == owner.uid else None

    def _metadata(self, owner: Owner, resource: str) -> _Metadata:
        folder = f"/apis/{owner.api_version}/namespaces/{quote(owner.namespace, safe='')}/{resource}"
        what = f"{resource} {owner.namespace}/{owner.name}"
        body = self.get(what, f"{folder}/{quote(owner.name, safe='')}", accept=METADATA)
        return read(what, _Object, body).metadata
