"""The AdmissionReview with which an API server asks whether an object may be created."""

from collections.abc import Mapping
from typing import Any

import msgspec


def render_creation(manifest: Mapping[str, Any], *, uid: str, namespace: str, name: str, user: str) -> bytes:
    """Return the question about *manifest*, which has an `apiVersion` and a `kind`.

    Raises:
        TypeError, ValueError, OverflowError, RecursionError: something in it cannot stand in JSON.
    """
    group, _, version = manifest["apiVersion"].rpartition("/")
    kind = {"group": group, "version": version, "kind": manifest["kind"]}
    resource = {"group": group, "version": version, "resource": f"{manifest['kind'].lower()}s"}
    request = {
        "uid": uid,
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "name": name,
        "namespace": namespace,
        "operation": "CREATE",
        "userInfo": {"username": user, "groups": ["system:authenticated"]},
        "object": manifest,
        "oldObject": None,
        "dryRun": False,
        "options": {"apiVersion": "meta.k8s.io/v1", "kind": "CreateOptions"},
    }
    return msgspec.json.encode({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
