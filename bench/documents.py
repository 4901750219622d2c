"""The reviews that are asked about: a small pod, a usual pod and a large Deployment, as an API server sends them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tests.builders import review
from tests.service.registry import App
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.workloads import POD, Kind

UID = "705ab4f5-6393-4000-8000-000000000000"
"""Its last twelve digits are changed with each request."""

DEPLOYMENT = Kind("apps", "Deployment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a review is to be like."""

    name: str
    kind: Kind
    containers: int
    variables: int
    """Of the environment, of each container."""
    padding: int = 0
    """Characters of the value of each variable."""
    apart: bool = False
    """Whether each is in a namespace of its own, so that none is like the one before."""


SMALL = Shape(name="pod-3k", kind=POD, containers=1, variables=10, padding=8)
USUAL = Shape(name="pod-10k", kind=POD, containers=3, variables=17, padding=18)
APART = replace(USUAL, name="pod-10k apart", apart=True)
LARGE = Shape(name="deployment-115k", kind=DEPLOYMENT, containers=10, variables=80, padding=26)

SHAPES = (SMALL, USUAL, APART, LARGE)


def review_of(shape: Shape, apps: Sequence[App]) -> bytes:
    """Return a review of *shape*, whose containers run *apps* in turn and name their scans."""
    used = [apps[number % len(apps)] for number in range(shape.containers)]
    pod = _pod(shape, used)
    new = pod if shape.kind == POD else _deployment(pod)
    new["metadata"]["managedFields"] = [_managed(shape)]
    more: dict[str, Any] = {
        "resource": {"group": shape.kind.group, "version": "v1", "resource": f"{shape.kind.name.lower()}s"},
        "dryRun": False,
        **({"namespace": UID} if shape.apart else {}),
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
        "userInfo": {"username": "system:serviceaccount:kube-system:replicaset-controller", "groups": ["a", "b"]},
    }
    return json.dumps(review(new, kind=shape.kind, uid=UID, **more), separators=(",", ":")).encode()


def _pod(shape: Shape, apps: Sequence[App]) -> dict[str, Any]:
    annotations = {f"{ANNOTATION_PREFIX}app-{number}": app.scan_id for number, app in enumerate(apps)}
    containers = [_container(shape, number, app) for number, app in enumerate(apps)]
    labels = {"app": "web", "pod-template-hash": "5484b49595"}
    return {
        "metadata": {"name": "web-5484b49595-9k67p", "labels": labels, "annotations": annotations},
        "spec": {
            "containers": containers,
            "restartPolicy": "Always",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "serviceAccountName": "web",
            "securityContext": {"runAsNonRoot": True},
            "schedulerName": "default-scheduler",
            "volumes": [{"name": "config", "configMap": {"name": "web", "defaultMode": 420}}],
        },
    }


def _deployment(pod: dict[str, Any]) -> dict[str, Any]:
    labels = pod["metadata"]["labels"]
    return {
        "metadata": {"name": "web", "namespace": "shop", "labels": labels},
        "spec": {"replicas": 3, "selector": {"matchLabels": labels}, "template": pod},
    }


def _container(shape: Shape, number: int, app: App) -> dict[str, Any]:
    return {
        "name": f"app-{number}",
        "image": app.reference,
        "ports": [{"containerPort": 8080 + number, "protocol": "TCP"}],
        "env": [
            {"name": f"VARIABLE_{each}", "value": f"value-{each}" + "x" * shape.padding}
            for each in range(shape.variables)
        ],
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
        "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080, "scheme": "HTTP"}, "periodSeconds": 10},
        "volumeMounts": [{"name": "config", "mountPath": "/etc/web"}],
        "terminationMessagePath": "/dev/termination-log",
        "imagePullPolicy": "IfNotPresent",
        "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}},
    }


def _managed(shape: Shape) -> dict[str, Any]:
    """Return what an API server keeps of who set which field: about as much as the object itself."""
    each: dict[str, Any] = {
        "f:image": {},
        "f:imagePullPolicy": {},
        "f:name": {},
        "f:resources": {"f:limits": {"f:memory": {}}},
    }
    variables = {f'k:{{"name":"VARIABLE_{number}"}}': _SET for number in range(shape.variables)}
    containers = {
        f'k:{{"name":"app-{number}"}}': {".": {}, "f:env": {".": {}, **variables}, **each}
        for number in range(shape.containers)
    }
    fields = {"f:metadata": {"f:labels": {"f:app": {}}}, "f:spec": {"f:containers": containers}}
    return {"manager": "kube-controller-manager", "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": fields}


_SET: dict[str, Any] = {".": {}, "f:name": {}, "f:value": {}}
