"""The Kubernetes API, as far as commands need it: named objects are read and changed.

None is deleted, and none but ConfigMaps is made.

All of the client library ends here. Importing it takes half a second and some 70 MB, so nothing that
serves admission reviews may import this module (`tests/adapters/test_cluster.py` holds that).
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
import urllib3
import yaml
from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException

from webhook.adapters.cluster_objects import ConfigMap, Secret, StoredLease
from webhook.adapters.cluster_reads import JSON, read
from webhook.adapters.cluster_refusals import refusal
from webhook.core.cluster import Lease, ObjectName, StoredConfigMap, StoredSecret, Version
from webhook.core.printable import printable
from webhook.core.registration import PUBLISHED, Registration, Rule, parse_registration
from webhook.core.times import render_micro_time, render_time
from webhook.errors import ClusterFailed, Invalid

CALL_SECONDS = 10
"""An API server that is well answers such calls in milliseconds."""

MERGE = "application/strategic-merge-patch+json"
"""A patch that leaves alone what it does not name, and knows the webhooks of a list by their names."""

MANAGER = "scangate"
"""Stands in `metadata.managedFields` of what is changed."""


class Cluster:
    """Reads and changes objects. Every change is of a version: one that is not the newest raises `Conflict`."""

    def __init__(self, api: client.ApiClient) -> None:
        """Talk through *api*."""
        self._api = api
        self._core = client.CoreV1Api(api)
        self._coordination = client.CoordinationV1Api(api)
        self._admission = client.AdmissionregistrationV1Api(api)

    def secret(self, name: ObjectName) -> StoredSecret:
        """Return a Secret. Raises `ClusterFailed`, as all of these do."""
        what = f"secret {name}"
        found = read(what, Secret, _call(what, self._core.read_namespaced_secret, name.name, name.namespace))
        return StoredSecret(found.metadata.resource_version, found.data)

    def store_secret(self, name: ObjectName, version: Version, data: Mapping[str, bytes]) -> None:
        """Put *data* into a Secret; keys that are not named stay as they are."""
        body = _of(version) | {"data": {key: base64.b64encode(value).decode() for key, value in data.items()}}
        _patch(f"secret {name}", self._core.patch_namespaced_secret, name.name, name.namespace, body=body)

    def lease(self, name: ObjectName) -> Lease:
        """Return a Lease."""
        what = f"lease {name}"
        found = read(
            what, StoredLease, _call(what, self._coordination.read_namespaced_lease, name.name, name.namespace)
        )
        spec = found.spec
        return Lease(
            found.metadata.resource_version, spec.holder_identity, spec.renew_time, spec.lease_duration_seconds
        )

    def store_lease(self, name: ObjectName, lease: Lease) -> None:
        """Change a Lease; one without a holder is free."""
        spec = {
            "holderIdentity": lease.holder or None,
            "renewTime": lease.renewed and render_micro_time(lease.renewed),
            "leaseDurationSeconds": lease.seconds or None,
        }
        body = _of(lease.version) | {"spec": spec}
        _patch(f"lease {name}", self._coordination.patch_namespaced_lease, name.name, name.namespace, body=body)

    def registration(self, name: str) -> Registration:
        """Return a ValidatingWebhookConfiguration."""
        what = f"validatingwebhookconfiguration {name}"
        body = _call(what, self._admission.read_validating_webhook_configuration, name)
        try:
            return parse_registration(what, read(what, dict[str, Any], body))
        except Invalid as error:
            raise ClusterFailed(str(error)) from error

    def publish(self, of: Registration, authorities: bytes, at: datetime) -> None:
        """Make *authorities*, PEM, the caBundle of every webhook of a registration, and note the time."""
        bundle = base64.b64encode(authorities).decode()
        body = _of(of.version, annotations={PUBLISHED: render_time(at)}) | {
            "webhooks": [{"name": webhook.name, "clientConfig": {"caBundle": bundle}} for webhook in of.webhooks]
        }
        what = f"validatingwebhookconfiguration {of.name}"
        _patch(what, self._admission.patch_validating_webhook_configuration, of.name, body=body)

    def write_rules(self, of: Registration, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        """Give each of the named webhooks of a registration other rules, and leave everything else as it is."""
        webhooks = [{"name": name, "rules": msgspec.to_builtins(wanted)} for name, wanted in rules.items()]
        what = f"validatingwebhookconfiguration {of.name}"
        body = _of(of.version) | {"webhooks": webhooks}
        _patch(what, self._admission.patch_validating_webhook_configuration, of.name, body=body)

    def config_map(self, name: ObjectName) -> StoredConfigMap:
        """Return a ConfigMap."""
        what = f"configmap {name}"
        found = read(what, ConfigMap, _call(what, self._core.read_namespaced_config_map, name.name, name.namespace))
        return StoredConfigMap(found.metadata.resource_version, found.data)

    def make_config_map(self, name: ObjectName, data: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Make a ConfigMap. Raises `Conflict` where there is one."""
        body = {"metadata": {"name": name.name, "labels": dict(labels)}, "data": dict(data)}
        make = self._core.create_namespaced_config_map
        _call(f"configmap {name}", make, name.namespace, body=body, field_manager=MANAGER)

    def store_config_map(self, name: ObjectName, version: Version, data: Mapping[str, str]) -> None:
        """Put *data* into a ConfigMap; keys that are not named stay as they are."""
        body = _of(version) | {"data": dict(data)}
        _patch(f"configmap {name}", self._core.patch_namespaced_config_map, name.name, name.namespace, body=body)

    def get(self, what: str, path: str, *, accept: str = JSON) -> bytes:
        """Make any call that reads, and return the answer, which is of the kind *accept*. Raises as `call`."""
        return self._send("GET", what, path, {"Accept": accept})

    def call(self, method: str, what: str, path: str, *, body: object = None, kind: str = JSON) -> bytes:
        """Make any call, with a *body* of that kind, and return the answer.

        Raises:
            ClusterFailed: there is none, or a refusal; messages say *what*. `Gone` where a token of a list is too old.
        """
        return self._send(method, what, path, {"Accept": JSON, "Content-Type": kind}, body)

    def _send(self, method: str, what: str, path: str, headers: dict[str, str], body: object = None) -> bytes:
        request = self._api.param_serialize(method, path, None, None, headers, body, auth_settings=["BearerToken"])
        return _call(what, self._called, *request)

    def _called(self, *request: Any, _preload_content: bool, _request_timeout: float) -> Any:
        answer = self._api.call_api(*request, _request_timeout=_request_timeout)
        answer.read()
        if not 200 <= answer.status <= 299:
            raise ApiException(http_resp=answer)
        return answer.response


def connect(kubeconfig: str | None) -> Cluster:
    """Return the cluster of *kubeconfig*, or that in whose pod this runs.

    Raises:
        ClusterFailed: there is no such file, or it names no cluster; or this is no pod with a service account.
    """
    settings = client.Configuration()
    try:
        if kubeconfig:
            config.load_kube_config(kubeconfig, client_configuration=settings, persist_config=False)
        else:
            config.load_incluster_config(client_configuration=settings)
    except (ConfigException, OSError, ValueError, LookupError, TypeError, AttributeError, yaml.YAMLError) as error:
        # The message of a parser may quote the file, which holds credentials.
        why = printable(str(error)) if isinstance(error, ConfigException | OSError) else "is no kubeconfig"
        where = (
            f"kubeconfig {kubeconfig}" if kubeconfig else "no kubeconfig is given, and this is no pod with an account"
        )
        raise ClusterFailed(f"{where}: {why}") from error
    settings.retries = False  # a job that fails is run again; a write must not be sent twice unseen
    return Cluster(client.ApiClient(settings))


def _call(what: str, call: Callable[..., Any], *names: str, **options: Any) -> bytes:
    """Make a call, and return the body of the answer as it is: models of the library may not know all of it."""
    try:
        return bytes(call(*names, _preload_content=False, _request_timeout=CALL_SECONDS, **options).data)
    except ApiException as error:
        raise refusal(what, error.status, reason=str(error.reason), body=error.body) from error
    except urllib3.exceptions.HTTPError as error:
        raise ClusterFailed(f"{what}: the API server does not answer: {printable(str(error), limit=200)}") from error


def _patch(what: str, call: Callable[..., Any], *names: str, body: dict[str, Any]) -> None:
    _call(what, call, *names, body=body, field_manager=MANAGER, _content_type=MERGE)


def _of(version: Version, **metadata: object) -> dict[str, Any]:
    return {"metadata": {"resourceVersion": version, **metadata}}
