"""Objects of the Kubernetes API, as far as they are read."""

import msgspec
import pytest

from webhook.adapters.cluster_objects import Secret, StoredLease


def test_object_that_nobody_has_filled() -> None:
    """What an object does not say is empty, and what is not needed of it is not read."""
    body = b'{"metadata": {"name": "a", "resourceVersion": "7"}, "type": "Opaque"}'
    assert msgspec.json.decode(body, type=Secret).data == {}
    lease = msgspec.json.decode(body, type=StoredLease)
    assert (lease.metadata.resource_version, lease.spec.holder_identity) == ("7", "")


def test_object_without_a_version() -> None:
    """It is none."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"metadata": {}}', type=Secret)
