"""Values that people may install with, by name."""

from collections.abc import Mapping
from typing import Any

from tests.charts.policies import POLICY

DIGEST = "sha256:1f6a0c8b6f5c2f5c0a4d6f0e1d2c3b4a5968778695a4b3c2d1e0f1a2b3c4d5e6"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
ROLLOUT = {"group": "argoproj.io", "kind": "Rollout", "resource": "rollouts", "path": "spec.template"}
FEDERATION = {
    "mode": "federation",
    "federation": {"serviceAccountId": "aje1", "audience": "https://kubernetes.example"},
}
OWN_CERTIFICATES = {"mode": "own", "own": {"existingSecret": "gate-tls", "caBundle": PEM}}

EVERYTHING: Mapping[str, Any] = {
    "image": {
        "registry": "cr.yandex",
        "repository": "crp1/scangate",
        "digest": DIGEST,
        "pullPolicy": "Always",
        "pullSecrets": ["pull"],
    },
    "table": {
        "entries": {DIGEST: {"scanResultId": "che1", "imageId": "crp1"}},
        "existingConfigMaps": ["more", "even-more"],
    },
    "sources": ["table", "registry"],
    "registryAliases": {"mirror.example": "cr.yandex"},
    "podTemplates": [ROLLOUT],
    "identity": {"mode": "key", "key": {"json": '{"id": "aje1"}'}},
    "cloud": {"endpoint": "https://api.example", "iamEndpoint": "https://iam.example", "caBundle": PEM},
    "registry": {"endpoint": "https://registry.example", "platforms": ["linux/amd64", "linux/arm64"]},
    "proxy": {"https": "http://proxy.example:3128", "http": "http://proxy.example", "no": ".svc"},
    "webhook": {
        "exemptNamespaces": ["calico-system"],
        "namespaceSelector": {"matchExpressions": [{"key": "scan", "operator": "NotIn", "values": ["no"]}]},
        "objectSelector": {"matchLabels": {"a": "b"}},
        "matchConditions": [{"name": "not-a-test", "expression": "request.namespace != 'test'"}],
        "annotations": {"a": "b"},
    },
    "policy": POLICY,
    "selfCheck": {"enabled": True, "interval": "1h"},
    "tracing": {"endpoint": "http://collector.observability:4318", "sampleRatio": 0.1},
    "requireDigests": {"enabled": True, "actions": ["Warn", "Audit"]},
    "autoscaling": {"enabled": True},
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "nodeSelector": {"kubernetes.io/os": "linux"},
    "tolerations": [{"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}],
    "dnsConfig": {"options": [{"name": "ndots", "value": "2"}]},
    "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a.example"]}],
    "extraEnv": [{"name": "A", "value": "b"}],
    "extraEnvFrom": [{"configMapRef": {"name": "more"}}],
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": [{"name": "more", "mountPath": "/more"}],
    "podLabels": {"a": "b"},
    "podAnnotations": {"a": "b"},
    "deploymentAnnotations": {"a": "b"},
    "serviceAccount": {"name": "gate", "annotations": {"a": "b"}},
    "service": {"annotations": {"a": "b"}},
    "networkPolicy": {
        "reviewsFrom": [{"ipBlock": {"cidr": "10.0.0.0/8"}}],
        "extraEgress": [{"ports": [{"port": 8443, "protocol": "TCP"}]}],
    },
    "metrics": {"annotations": True},
    "serviceMonitor": {
        "enabled": True,
        "namespace": "monitoring",
        "interval": "1m",
        "scrapeTimeout": "5s",
        "labels": {"release": "prometheus"},
        "relabelings": [{"action": "labeldrop", "regex": "endpoint"}],
        "metricRelabelings": [{"action": "drop", "sourceLabels": ["kind"], "regex": "other"}],
    },
    "prometheusRule": {
        "enabled": True,
        "namespace": "monitoring",
        "labels": {"release": "prometheus"},
        "alertLabels": {"team": "platform"},
        "rules": [{"record": "denied", "expr": "1"}],
    },
    "grafanaDashboard": {
        "enabled": True,
        "namespace": "monitoring",
        "labels": {"release": "prometheus"},
        "annotations": {"grafana_folder": "Security"},
    },
    "jobs": {"podLabels": {"a": "b"}, "podAnnotations": {"a": "b"}},
    "commonLabels": {"team": "security"},
    "commonAnnotations": {"owner": "security"},
}

SETS: Mapping[str, Mapping[str, Any]] = {
    "defaults": {},
    "everything": EVERYTHING,
    "image-by-tag": {"image": {"tag": "1.2.3"}},
    "image-by-digest": {"image": {"digest": DIGEST}},
    "image-without-registry": {"image": {"registry": ""}},
    "audit": {"policy": {"mode": "audit"}},
    "warn": {"policy": {"mode": "warn"}},
    "existing-policy": {"policy": {"existingConfigMap": {"name": "scan-policy", "key": "other.yaml"}}},
    "table": {"table": {"entries": {DIGEST: "che1"}}},
    "table-from-config-maps": {"table": {"existingConfigMaps": ["a", "b"]}},
    "table-sync": {"tableSync": {"enabled": True, "registries": ["crp1"], "repositories": ["crp2/shop/api"]}},
    "large-table-sync": {
        "identity": FEDERATION,
        "proxy": {"https": "http://proxy.example:3128"},
        "serviceAccount": {"annotations": {"a": "b"}},
        "tableSync": {"enabled": True, "folders": ["b1g1"], "pieces": 256},
    },
    "table-fetch": {
        "table": {"entries": {DIGEST: "che1"}, "fetch": {"enabled": True}},
        "tableSync": {"enabled": True, "registries": ["crp1"]},
    },
    "cluster-audit": {"audit": {"enabled": True}},
    "cluster-audit-with-all": {
        "identity": FEDERATION,
        "proxy": {"https": "http://proxy.example:3128"},
        "serviceAccount": {"annotations": {"a": "b"}},
        "policy": {"namespaceLabels": True},
        "audit": {
            "enabled": True,
            "timeZone": "Europe/Moscow",
            "namespaces": ["shop"],
            "excludeNamespaces": ["playground"],
            "records": True,
            "policyReports": {"enabled": True, "apiGroup": "openreports.io"},
            "events": {"enabled": True},
        },
    },
    "cluster-audit-of-fetched-table": {
        "table": {"fetch": {"enabled": True}},
        "tableSync": {"enabled": True, "registries": ["crp1"]},
        "audit": {"enabled": True, "policyReports": {"enabled": True}, "exemptNamespaces": True},
    },
    "cluster-audit-without-roles": {"audit": {"enabled": True}, "rbac": {"create": False}},
    "pod-templates": {"podTemplates": [ROLLOUT, {**ROLLOUT, "group": "", "kind": "Thing", "resource": "things"}]},
    "identity-metadata": {"identity": {"mode": "metadata"}},
    "identity-federation": {"identity": FEDERATION},
    "identity-key-existing": {"identity": {"mode": "key", "key": {"existingSecret": "key"}}},
    "identity-key-created": {"identity": {"mode": "key", "key": {"json": "{}", "secretKey": "iamkey.json"}}},
    "identity-token": {"identity": {"mode": "token", "token": {"existingSecret": "token"}}},
    "identity-environment": {
        "identity": {"mode": "environment"},
        "extraEnv": [{"name": "YC_TOKEN", "valueFrom": {"secretKeyRef": {"name": "token", "key": "token"}}}],
    },
    "emulator": {"cloud": {"endpoint": "http://emulator:8081", "allowHttp": True}},
    "proxy": {"proxy": {"https": "https://proxy.example"}},
    "proxy-bare-no": {"proxy": {"https": "http://proxy.example:3128", "false": ".svc"}},
    "ignore-failures": {"webhook": {"failurePolicy": "Ignore", "timeoutSeconds": 5}},
    "immediate": {"webhook": {"activation": "immediate"}},
    "immediate-with-own-certificates": {
        "webhook": {"activation": "immediate"},
        "certificates": OWN_CERTIFICATES,
    },
    "by-url": {"webhook": {"url": "https://gate.example/validate"}, "certificates": OWN_CERTIFICATES},
    "pods-only": {"webhook": {"workloads": False}},
    "exempt-namespaces": {"webhook": {"exemptNamespaces": ["kube-system", "calico-system"]}},
    "namespace-labels": {"policy": {"namespaceLabels": True}},
    "self-check": {"selfCheck": {"enabled": True}},
    "self-check-without-roles": {"selfCheck": {"enabled": True}, "rbac": {"create": False}},
    "digests": {"requireDigests": {"enabled": True}},
    "cert-manager": {"certificates": {"mode": "certManager"}},
    "cert-manager-with-issuer": {
        "certificates": {"mode": "certManager", "certManager": {"issuerRef": {"name": "ca", "kind": "ClusterIssuer"}}}
    },
    "own-certificates": {"certificates": OWN_CERTIFICATES},
    "long-drain": {"server": {"drainSeconds": 60}},
    "ipv6": {"server": {"host": "::"}},
    "host-network": {"hostNetwork": True, "server": {"port": 10250, "probePort": 10251}},
    "autoscaling": {"autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 9}},
    "one-replica": {"replicas": 1, "podDisruptionBudget": {"enabled": False}, "priorityClassName": ""},
    "spread-by-hand": {"topologySpreadConstraints": []},
    "recreate": {"updateStrategy": {"type": "Recreate", "rollingUpdate": None}},
    "no-network-policy": {"networkPolicy": {"enabled": False}},
    "no-roles": {"rbac": {"create": False}},
    "existing-service-account": {"serviceAccount": {"create": False, "name": "mine"}},
    "names": {"nameOverride": "gatekeeping", "fullnameOverride": "the-gate"},
    "long-name": {"fullnameOverride": "a-name-that-is-much-longer-than-any-name-should-ever-be-for-a-release"},
    "monitoring": {
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True},
        "grafanaDashboard": {"enabled": True},
    },
    "tracing": {"tracing": {"endpoint": "https://collector.example"}},
    "table-age": {"prometheusRule": {"enabled": True, "tableMaxAgeSeconds": 172800}},
    "labels-of-its-own": {"commonLabels": {"app.kubernetes.io/name": "other"}},
}


def asks_the_api_server(name: str) -> bool:
    """Tell whether the gate's pods ask the API server for anything."""
    values = SETS[name]
    return bool(values.get("selfCheck", {}).get("enabled") or values.get("policy", {}).get("namespaceLabels"))
