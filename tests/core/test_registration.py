"""The webhook configuration, read."""

import re
from typing import Any

import pytest

from webhook.core.registration import (
    ClientConfig,
    Expression,
    MatchCondition,
    Registration,
    Selector,
    Service,
    parse_registration,
)
from webhook.errors import InvalidDocument

MINIMAL = {"name": "pods.scangate.dev", "clientConfig": {"url": "https://127.0.0.1:8443/validate"}}


def document(*webhooks: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return an object with *webhooks*."""
    return {
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingWebhookConfiguration",
        "metadata": {"name": "scangate", **metadata},
        "webhooks": list(webhooks),
    }


def parsed(*webhooks: dict[str, Any], **metadata: Any) -> Registration:
    """Read it."""
    return parse_registration("expected.yaml", document(*webhooks, **metadata))


def test_what_is_left_out() -> None:
    """It is what the API server would put there."""
    [webhook] = parsed(MINIMAL | {"rules": [{}]}).webhooks

    assert (webhook.failure_policy, webhook.match_policy, webhook.timeout_seconds) == ("Fail", "Equivalent", 10)
    assert (webhook.namespace_selector, webhook.object_selector) == (Selector(), Selector())
    assert webhook.rules[0].scope == "*"
    assert parsed().webhooks == ()


def test_null_is_left_out() -> None:
    """As the API server reads it, so is it read here."""
    nulls = {"namespaceSelector": None, "rules": None, "matchConditions": None, "timeoutSeconds": None}
    assert parsed(MINIMAL | nulls) == parsed(MINIMAL)


def test_everything() -> None:
    """Each part is understood."""
    service = {"namespace": "gate", "name": "scangate", "path": "/validate", "port": 8443}
    [webhook] = parsed(
        {
            "name": "pods.scangate.dev",
            "clientConfig": {"service": service, "caBundle": "UEVN"},
            "namespaceSelector": {
                "matchLabels": {"a": "b"},
                "matchExpressions": [{"key": "c", "operator": "NotIn", "values": ["d"]}],
            },
            "matchConditions": [{"name": "e", "expression": "true"}],
        },
        annotations={"f": "g"},
        resourceVersion="7",
    ).webhooks

    assert webhook.client_config == ClientConfig(Service("gate", "scangate", "/validate", 8443), None, "UEVN")
    assert webhook.namespace_selector == Selector({"a": "b"}, (Expression("c", "NotIn", ("d",)),))
    assert webhook.match_conditions == (MatchCondition("e", "true"),)


@pytest.mark.parametrize(
    ("config", "host"),
    [
        ({"service": {"namespace": "gate", "name": "scangate"}}, "scangate.gate.svc"),
        ({"url": "https://127.0.0.1:8443/validate"}, "127.0.0.1"),
        ({"url": "https://gate.example/validate"}, "gate.example"),
        ({"url": "https://gate.example"}, "gate.example"),
        ({"url": "https://[::1]:8443/validate"}, "::1"),
        ({"url": "http://gate.example"}, ""),
        ({}, ""),
    ],
)
def test_host(config: dict[str, Any], host: str) -> None:
    """It is the name that the API server wants to see in the certificate."""
    [webhook] = parsed({"name": "x", "clientConfig": config}).webhooks
    assert webhook.client_config.host == host


@pytest.mark.parametrize(
    ("config", "address"),
    [
        ({"service": {"namespace": "gate", "name": "scangate"}}, "https://scangate.gate.svc:443/"),
        (
            {"service": {"namespace": "gate", "name": "scangate", "path": "/validate", "port": 8443}},
            "https://scangate.gate.svc:8443/validate",
        ),
        ({"url": "https://gate.example:1/validate"}, "https://gate.example:1/validate"),
        ({}, ""),
    ],
)
def test_address(config: dict[str, Any], address: str) -> None:
    """It is the URL that the API server calls."""
    [webhook] = parsed({"name": "x", "clientConfig": config}).webhooks
    assert webhook.client_config.address == address


@pytest.mark.parametrize(("bundle", "pem"), [("UEVN", "PEM"), ("", ""), ("UEV", ""), ("/w==", ""), ("\u00e9", "")])
def test_authorities(bundle: str, pem: str) -> None:
    """They are the caBundle out of base64; where it is none, there are none."""
    assert ClientConfig(ca_bundle=bundle).authorities == pem


@pytest.mark.parametrize(
    ("added", "named"),
    [
        ({"futureSwitch": "x"}, ["futureSwitch"]),
        ({"clientConfig": {"url": "https://x", "proxy": "y"}}, ["clientConfig.proxy"]),
        ({"rules": [{"operations": ["CREATE"]}, {"except": []}]}, ["rules[1].except"]),
        ({"namespaceSelector": {"matchNames": ["x"]}}, ["namespaceSelector.matchNames"]),
        ({"namespaceSelector": {"matchLabels": {"any": "thing"}}}, []),
        ({"later": 1, "even\nlater": 2}, ["later", "even\\u000alater"]),
    ],
)
def test_fields_that_are_unknown(added: dict[str, Any], named: list[str]) -> None:
    """They are named with their place: each could let requests pass."""
    assert list(parsed(MINIMAL | added).unknown.get("pods.scangate.dev", ())) == named


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "expected.yaml: is no ValidatingWebhookConfiguration"),
        ([], "expected.yaml: is no ValidatingWebhookConfiguration"),
        ({"kind": "List"}, "missing required field `apiVersion`"),
        (document(MINIMAL) | {"kind": "MutatingWebhookConfiguration"}, "MutatingWebhookConfiguration"),
        (document(MINIMAL) | {"apiVersion": "admissionregistration.k8s.io/v1beta1"}, "v1beta1"),
        (document({"name": "x"}), "clientConfig"),
        (document({"clientConfig": {}}), "name"),
        (document(MINIMAL | {"timeoutSeconds": "10"}), "timeoutSeconds"),
        (document(MINIMAL | {"rules": {}}), "rules"),
    ],
)
def test_what_is_none(content: object, said: str) -> None:
    """It is refused with the name of the file."""
    with pytest.raises(InvalidDocument, match=re.escape(said)):
        parse_registration("expected.yaml", content)
