"""Objects of the Kubernetes API, as far as they are read."""

from datetime import datetime

import msgspec

from webhook.core.cluster import Version


class Part(msgspec.Struct, frozen=True, rename="camel"):
    """A part of an object, as far as it is read."""


class Metadata(Part, frozen=True):
    """What every object has."""

    resource_version: Version
    name: str = ""


class Secret(Part, frozen=True):
    """A Secret."""

    metadata: Metadata
    data: dict[str, bytes] = {}


class ConfigMap(Part, frozen=True):
    """A ConfigMap."""

    metadata: Metadata
    data: dict[str, str] = {}


class LeaseSpec(Part, frozen=True):
    """Who holds a Lease, and until when."""

    holder_identity: str = ""
    renew_time: datetime | None = None
    lease_duration_seconds: int = 0


class StoredLease(Part, frozen=True):
    """A Lease."""

    metadata: Metadata
    spec: LeaseSpec = LeaseSpec()
