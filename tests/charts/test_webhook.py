"""The webhook configuration: what it guards, and that it never blocks what it must not."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.charts.release import release
from tests.charts.value_sets import SETS
from webhook.core.workloads import BUILT_IN

GUARDED = [name for name in SETS if name != "pods-only"]


def plural(kind: str) -> str:
    """Return the resource of a kind of Kubernetes itself."""
    return f"{kind.lower()}s"


def resources(webhook: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Return group and resource of everything that the rules name."""
    return {
        (group, resource) for rule in webhook["rules"] for group in rule["apiGroups"] for resource in rule["resources"]
    }


@pytest.mark.parametrize("name", SETS)
def test_kube_system_and_the_own_namespace_are_never_guarded(name: str) -> None:
    """Whatever the values, pods of these two namespaces start without the gate, so that it can get on its feet."""
    for webhook in (release(name).webhook, release(name).expected):
        first = webhook["namespaceSelector"]["matchExpressions"][0]

        assert first["key"] == "kubernetes.io/metadata.name"
        assert first["operator"] == "NotIn"
        assert {"kube-system", "scangate"} <= set(first["values"])


def test_further_namespaces_are_left_out_by_name() -> None:
    """Exempt namespaces stand beside the two, each once."""
    selector = release("exempt-namespaces").expected["namespaceSelector"]

    assert selector["matchExpressions"][0]["values"] == ["kube-system", "scangate", "calico-system"]


def test_a_further_selector_adds_to_the_exemptions() -> None:
    """What people ask of namespaces is asked besides, and not instead."""
    expressions = release("everything").expected["namespaceSelector"]["matchExpressions"]

    assert [each["key"] for each in expressions] == ["kubernetes.io/metadata.name", "scan"]


@pytest.mark.parametrize("name", SETS)
def test_it_is_installed_without_rules_unless_asked_otherwise(name: str) -> None:
    """Until the gate has answered, nothing matches: neither a slow nor a failed install blocks a pod."""
    assert ("rules" in release(name).webhook) == name.startswith("immediate")


@pytest.mark.parametrize("name", SETS)
def test_what_is_installed_and_what_is_expected_differ_in_rules_only(name: str) -> None:
    """The hook has to add the rules, and nothing else."""
    installed, expected = dict(release(name).webhook), dict(release(name).expected)
    installed.pop("rules", None)
    expected.pop("rules")

    assert installed == expected


@pytest.mark.parametrize("name", GUARDED)
def test_every_kind_that_the_gate_judges_is_asked_about(name: str) -> None:
    """The rules name all kinds that hold a pod, and ephemeral containers, when created and when updated."""
    rules = release(name).expected["rules"]

    assert {(kind.group, plural(kind.name)) for kind in BUILT_IN} | {("", "pods/ephemeralcontainers")} <= resources(
        release(name).expected
    )
    assert all(rule["operations"] == ["CREATE", "UPDATE"] and rule["apiVersions"] == ["*"] for rule in rules)


def test_nothing_else_is_asked_about() -> None:
    """No rule matches everything, and none a resource that holds no pod: leases, tokens, nodes."""
    assert resources(release().expected) == {(kind.group, plural(kind.name)) for kind in BUILT_IN} | {
        ("", "pods/ephemeralcontainers")
    }


def test_pods_are_guarded_even_alone() -> None:
    """Without workloads, pods and their ephemeral containers remain."""
    assert resources(release("pods-only").expected) == {("", "pods"), ("", "pods/ephemeralcontainers")}


def test_configured_kinds_are_asked_about() -> None:
    """A kind with a pod template is known to the gate and to the API server alike."""
    everything = release("pod-templates")
    kinds = everything.document("scangate-gate", "gate.yaml")["podTemplates"]

    assert {("argoproj.io", "rollouts"), ("", "things")} <= resources(everything.expected)
    assert kinds[0] == {"group": "argoproj.io", "kind": "Rollout", "path": "spec.template"}


@pytest.mark.parametrize("name", SETS)
def test_it_fails_closed_and_has_no_side_effects(name: str) -> None:
    """Refusing is what happens by default; dry runs are asked about, and all versions of an object."""
    webhook = release(name).expected

    assert webhook["failurePolicy"] == ("Ignore" if name == "ignore-failures" else "Fail")
    assert webhook["sideEffects"] == "None"
    assert webhook["matchPolicy"] == "Equivalent"
    assert webhook["admissionReviewVersions"] == ["v1"]
    assert 1 <= webhook["timeoutSeconds"] <= 30


@pytest.mark.parametrize("name", SETS)
def test_it_points_at_the_service_of_the_gate(name: str) -> None:
    """The Service that the API server calls is there, with that port, and selects the pods of the gate alone."""
    client = release(name).expected["clientConfig"]
    if name == "by-url":
        assert client["url"] == "https://gate.example/validate"
        return
    service = release(name).one("Service", client["service"]["name"])
    labels = release(name).gate["metadata"]["labels"]

    assert client["service"]["path"] == "/validate"
    assert client["service"]["port"] == service["spec"]["ports"][0]["port"]
    assert service["spec"]["selector"].items() <= labels.items()
    assert service["spec"]["selector"]["app.kubernetes.io/component"] == "gate"


def test_no_authority_is_written_that_a_job_writes() -> None:
    """What others write stays out of the manifest, so that an upgrade does not take it away; one's own is in it."""
    assert "caBundle" not in release().webhook["clientConfig"]
    assert "caBundle" not in release("cert-manager").webhook["clientConfig"]
    assert release("own-certificates").webhook["clientConfig"]["caBundle"]


def test_it_is_an_object_of_the_release() -> None:
    """No hook makes it: so an uninstall removes it, and as the first of all kinds."""
    (found,) = [each for each in release().objects if each.kind == "ValidatingWebhookConfiguration"]

    assert found.hook == ""
    assert "helm.sh/resource-policy" not in found.text
