"""The chart is taken by the real Helm engine, and refuses what is wrong in values."""

from collections.abc import Mapping
from typing import Any

import helm_python
import pytest

from charts import CHART
from charts.rendering import render
from tests.charts.release import release
from tests.charts.value_sets import OWN_CERTIFICATES, SETS


@pytest.mark.parametrize("name", SETS)
def test_it_lints(name: str) -> None:
    """Helm finds nothing wrong with the chart, whatever the values, and warnings count."""
    report = helm_python.lint(CHART, dict(SETS[name]), strict=True, namespace="scangate", kube_version="v1.29.0")

    assert report["errors"] == []
    assert [message for message in report["messages"] if message["severity"] > 1] == []


@pytest.mark.parametrize("name", SETS)
def test_each_object_has_a_name_of_its_own(name: str) -> None:
    """Each object of a release has a kind and name of its own, that name is short enough, and it is labelled."""
    keys = [(each.kind, each.name) for each in release(name).objects]

    assert len(keys) == len(set(keys))
    assert all(len(each.name) <= (52 if each.kind == "CronJob" else 63) for each in release(name).objects)
    assert all(each.content["metadata"]["labels"]["app.kubernetes.io/instance"] for each in release(name).objects)


@pytest.mark.parametrize("name", SETS)
def test_rendering_is_repeatable(name: str) -> None:
    """The same values make the same objects: nothing is drawn by lot, such as a certificate or a password."""
    assert [each.text for each in release(name).objects] == [each.text for each in type(release())(SETS[name]).objects]


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"replcas": 3}, "replcas"),
        ({"webhook": {"failurePolcy": "Fail"}}, "failurePolcy"),
        ({"policy": {"rules": [{"name": "a", "limits": {"critcal": 1}}]}}, "critcal"),
        ({"policy": {"rules": [{"name": "a", "onmissing": "warn"}]}}, "onmissing"),
        ({"image": {"regsitry": "a"}}, "regsitry"),
        ({"identity": {"keyFile": "a"}}, "keyFile"),
        ({"identity": {"key": {"existingsecret": "a"}}}, "existingsecret"),
        ({"certificates": {"selfManaged": {"renewbefore": "1h"}}}, "renewbefore"),
        ({"server": {"wokers": 3}}, "wokers"),
        ({"networkPolicy": {"enable": True}}, "enable"),
        ({"resources": {"limit": {}}}, "limit"),
        ({"readinessProbe": {"period": 1}}, "period"),
        ({"podTemplates": [{"group": "a", "kind": "B", "path": "spec", "resources": "bs"}]}, "resources"),
        ({"tolerations": [{"keys": "a"}]}, "keys"),
    ],
)
def test_a_typo_is_refused_with_its_name(values: Mapping[str, Any], name: str) -> None:
    """A key that the chart does not know stops the install, and the message names it."""
    with pytest.raises(helm_python.HelmValuesError, match=f"additional properties '{name}' not allowed"):
        render(values)


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"webhook": {"failurePolicy": "fail"}}, "/webhook/failurePolicy"),
        ({"webhook": {"timeoutSeconds": 31}}, "/webhook/timeoutSeconds"),
        ({"webhook": {"url": "http://gate.example"}}, "/webhook/url"),
        ({"image": {"digest": "sha256:1f6a"}}, "/image/digest"),
        ({"policy": {"mode": "deny"}}, "/policy/mode"),
        ({"policy": {"rules": []}}, "/policy/rules"),
        ({"policy": {"rules": [{"name": "a", "limits": {"critical": "0"}}]}}, "/policy/rules/0/limits/critical"),
        ({"table": {"entries": {"sha256:aa": "che1"}}}, "/table/entries"),
        ({"sources": ["registry", "registry"]}, "/sources"),
        ({"server": {"port": 0}}, "/server/port"),
        ({"certificates": {"mode": "self"}}, "/certificates/mode"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(values: Mapping[str, Any], place: str) -> None:
    """A value that the gate or Kubernetes would not take stops the install, and the message says where it is."""
    with pytest.raises(helm_python.HelmValuesError, match=f"at '{place}'"):
        render(values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"identity": {"mode": "key"}}, "identity.key: set existingSecret or json"),
        ({"identity": {"mode": "key", "key": {"existingSecret": "a", "json": "{}"}}}, "identity.key: .* not both"),
        ({"identity": {"mode": "federation"}}, "identity.federation.serviceAccountId: must be set"),
        ({"identity": {"mode": "token"}}, "identity.token.existingSecret: must be set"),
        ({"certificates": {"mode": "own"}}, "certificates.own.existingSecret: must be set"),
        ({"certificates": {**OWN_CERTIFICATES, "own": {"existingSecret": "a"}}}, "certificates.own.caBundle: must be"),
        ({"policy": {"mode": "audit", "existingConfigMap": {"name": "a"}}}, "policy.mode: has no effect"),
        ({"requireDigests": {"actions": ["Deny", "Warn"]}}, "requireDigests.actions: Deny and Warn"),
        ({"server": {"port": 8080}}, "server.probePort: must differ"),
    ],
)
def test_values_that_contradict_each_other_are_refused(values: Mapping[str, Any], message: str) -> None:
    """What each key for itself allows, but all together cannot mean, stops the install with a reason."""
    with pytest.raises(helm_python.HelmRenderError, match=message):
        render(values)


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public", "kube-node-lease"])
def test_it_is_not_installed_into_a_namespace_of_kubernetes(namespace: str) -> None:
    """The release's namespace is not guarded, and so must be one of its own."""
    with pytest.raises(helm_python.HelmRenderError, match="namespace of its own"):
        render({}, namespace=namespace)
