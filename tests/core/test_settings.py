"""The gate's own settings: what a file may say."""

from typing import Any

import pytest

from tests.builders import DIGEST
from webhook.core.documents import Document
from webhook.core.identity import IdentityChoice
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.lookup import Source
from webhook.core.settings import API_ENDPOINT, Settings, parse_settings
from webhook.core.workloads import BUILT_IN, POD, Kind
from webhook.errors import InvalidDocument

TLS = {"certFile": "tls.crt", "keyFile": "tls.key"}
ROLLOUT = {"group": "argoproj.io", "kind": "Rollout", "path": "spec.template"}


def settings(**fields: Any) -> Settings:
    """Read settings that say the least they can, and *fields*."""
    least = {
        "apiVersion": "scangate.dev/v1",
        "kind": "GateConfiguration",
        "server": {"tls": TLS},
        "policyFile": "policy.yaml",
    }
    return parse_settings(Document("gate.yaml", least | fields, DIGEST))


def told(**fields: Any) -> str:
    """Return what is said about settings that are wrong."""
    with pytest.raises(InvalidDocument) as caught:
        settings(**fields)
    return str(caught.value)


def test_little_has_to_be_said() -> None:
    """Certificate and policy are needed; all sources are asked in their order, over https."""
    usual = settings()

    assert usual.sources == tuple(Source)
    assert (usual.table, usual.pod_templates) == (None, ())
    assert (usual.cloud.endpoint, usual.cloud.iam_endpoint, usual.registry.endpoint) == (None, None, None)
    assert all(url.startswith("https://") for url in (API_ENDPOINT, *usual.registry.hosts.values()))
    assert not usual.cloud.allow_http
    assert usual.identity == IdentityChoice()


@pytest.mark.parametrize("field", ["apiVersion", "kind", "server", "policyFile"])
def test_what_is_needed_is_asked_for(field: str) -> None:
    """Null is no more than nothing."""
    assert told(**{field: None}).startswith(f"gate.yaml: {field}: ")


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"apiVersion": "v1"}, "apiVersion: must be one of scangate.dev/v1"),
        ({"kind": "Config"}, "kind: must be one of GateConfiguration"),
        ({"polcyFile": "x"}, "polcyFile: unknown field; did you mean 'policyFile'?"),
        ({"server": {"tls": TLS | {"password": "x"}}}, "server.tls.password: unknown field"),
        ({"server": {}}, "server.tls: is required"),
        ({"server": {"tls": TLS, "port": 65536}}, "server.port: must be a port from 0 to 65535"),
        ({"server": {"tls": TLS, "port": -1}}, "server.port: "),
        ({"server": {"tls": TLS, "probePort": "8080"}}, "server.probePort: "),
        ({"server": {"tls": TLS, "workers": 0}}, "server.workers: "),
        ({"server": {"tls": TLS, "threads": 1}}, "server.threads: "),
        ({"server": {"tls": TLS, "drain": "soon"}}, "server.drain: must be a duration"),
        ({"server": {"tls": TLS, "drain": "10s\n"}}, "server.drain: must be a duration"),
        ({"reviewTimeout": "-1s"}, "reviewTimeout: must be a duration"),
        ({"reviewTimeout": 10}, "reviewTimeout: must be a duration"),
        ({"reviewTimeout": "10s\n"}, "reviewTimeout: must be a duration"),
        ({"sources": []}, "sources: "),
        ({"sources": ["cache"]}, "sources[0]: must be one of annotation, registry, table"),
        ({"registry": {"concurrency": 0}}, "registry.concurrency: "),
        ({"registry": {"remembered": 0}}, "registry.remembered: "),
        ({"registry": {"platforms": ["linux"]}}, "registry.platforms[0]: must be a platform"),
        ({"registry": {"platforms": ["linux/amd64\n"]}}, "registry.platforms[0]: must be a platform"),
        ({"registry": {"platforms": ["Linux/amd64"]}}, "registry.platforms[0]: must be a platform"),
        ({"registry": {"token": "x"}}, "registry.token: unknown field"),
        ({"registry": {"allowHttp": True}}, "registry.allowHttp: unknown field"),
        ({"cloud": {"allowHttp": "yes"}}, "cloud.allowHttp: "),
        ({"cloud": {"caFile": 7}}, "cloud.caFile: "),
        ({"cloud": {"proxy": "x"}}, "cloud.proxy: unknown field"),
        ({"identity": {"federation": {"tokenFile": "t"}}}, "identity.federation.serviceAccountId: is required"),
        ({"identity": {"metadata": {"url": "x"}}}, "identity.metadata.url: unknown field"),
        ({"identity": {"keyFile": "k", "tokenFile": "t"}}, "identity: names keyFile and tokenFile; keep one of them"),
        ({"logLevel": "trace"}, "logLevel: must be one of debug, error, info, warning"),
        ({"podTemplates": [ROLLOUT | {"path": ""}]}, "podTemplates[0].path: "),
        ({"podTemplates": [ROLLOUT | {"path": "spec..template"}]}, "podTemplates[0].path: "),
        ({"podTemplates": [ROLLOUT | {"path": ".spec"}]}, "podTemplates[0].path: "),
        ({"podTemplates": [ROLLOUT | {"path": "spec.template\n"}]}, "podTemplates[0].path: "),
        ({"podTemplates": [{"kind": "Rollout", "path": "spec"}]}, "podTemplates[0].group: is required"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], where: str) -> None:
    """File and field, and what would be right where that is a list or a description."""
    assert told(**fields).startswith(f"gate.yaml: {where}")


def test_further_kinds_are_judged_beside_the_built_in_ones() -> None:
    """A kind of somebody else gets its path; those of Kubernetes keep theirs."""
    assert settings(podTemplates=[ROLLOUT]).kinds == {
        **BUILT_IN,
        Kind("argoproj.io", "Rollout"): ("spec", "template"),
    }
    assert settings().kinds == BUILT_IN


def test_built_in_kind_cannot_be_moved() -> None:
    """Where a pod keeps its images is not for the settings to say: it would switch the gate off."""
    moved = {"group": "", "kind": "Pod", "path": "spec.elsewhere"}
    try:
        kinds = settings(podTemplates=[moved]).kinds
    except InvalidDocument:
        return
    assert kinds[POD] == ()


def test_further_aliases_are_added() -> None:
    """The registry's own names stay, and a mirror's is added."""
    mirror = {"mirror.example": "cr.yandex"}

    assert settings(registryAliases=mirror).aliases == {**YANDEX_REGISTRY_ALIASES, **mirror}
    assert settings().aliases == YANDEX_REGISTRY_ALIASES
