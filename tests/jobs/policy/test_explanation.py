"""Which rule is about an image, and why."""

from typing import Any

from tests.builders import NOW, PINNED
from tests.jobs.policy.samples import policy
from webhook.core.matching import Labels, Workload
from webhook.core.policy import Policy
from webhook.core.workloads import POD
from webhook.jobs.policy.cases import image_named
from webhook.jobs.policy.explanation import Subject, explain

RULES: tuple[dict[str, Any], ...] = (
    {"name": "hub", "match": {"images": ["docker.io/**"], "namespaces": ["prod-*", "shop"]}, "action": "deny"},
    {"name": "jobs", "match": {"kinds": ["Job"], "serviceAccounts": ["ci"]}},
    {"name": "prod", "match": {"namespaceLabels": {"stage": "prod"}}},
    {"name": "rest", "maxScanAge": "168h", "onlyFixable": True, "newFindingsGrace": "24h", "onMissing": "warn"},
)


def told(text: str, *, labels: Labels | None = None, of: Policy | None = None, namespace: str = "shop") -> list[str]:
    """Return the lines about an image in the namespace `shop`."""
    workload = Workload(namespace=namespace, kind=POD, service_account="default")
    return list(explain(of or policy(*RULES), Subject(workload, labels, image_named(text)), NOW))


def test_what_is_asked_about() -> None:
    """It begins with the image as it was understood, and with what else rules look at."""
    assert told("nginx:1", labels={"b": "2", "a": "1"})[:4] == [
        "Image      nginx:1",
        "           is docker.io/library/nginx",
        "Namespace  shop, labels a=1, b=2",
        "Kind       Pod, service account default",
    ]
    assert "cannot be read: invalid-reference" in told("NGINX")[1]


def test_rule_that_matches() -> None:
    """The first rule that matches ends the list."""
    lines = told("nginx:1", labels={})
    assert [line for line in lines if line.startswith("rule ")] == ["rule hub  matches"]
    assert "Action     deny" in lines


def test_rules_that_do_not_match() -> None:
    """Of each earlier rule it says what did not fit, by the keys of the policy."""
    lines = told(PINNED, labels={})
    assert [line for line in lines if line.startswith("rule ")] == [
        "rule hub   images: docker.io/** does not fit",
        "rule jobs  kinds: Job.batch does not fit; serviceAccounts: ci does not fit",
        "rule prod  namespaceLabels: stage=prod does not fit",
        "rule rest  matches everything",
    ]
    assert any(
        line == "Also       onlyFixable true, newFindingsGrace 24h, maxScanAge 168h, onMissing warn" for line in lines
    )
    assert any(line.startswith("Limits     critical 0, high 0") for line in lines)


def test_labels_that_are_not_known() -> None:
    """A rule that asks for labels may match: the gate refuses, and the explanation says so."""
    lines = told(PINNED)
    assert "rule prod  may match: it asks for stage=prod, and labels are not known" in lines
    assert "namespace-unknown" in lines[-1]


def test_no_rule() -> None:
    """What no rule matches is judged by the built-in one."""
    lines = told(PINNED, of=policy({"name": "x", "match": {"namespaces": [f"n{number}" for number in range(6)]}}))
    assert "rule x                 namespaces: n0 | n1 | n2 | n3 and 2 more does not fit" in lines
    assert "built-in rule default  matches: no rule of the policy does" in lines


def test_exceptions() -> None:
    """Exceptions that are about the image are named with their ends, also those that have ended."""
    grounds = {"reason": "a fix is on its way", "owner": "team-a"}
    of = policy(
        {"name": "default", "maxScanAge": "unlimited"},
        exemptions=[grounds | {"expires": "2026-12-31", "namespaces": ["shop"]}],
        ignoredVulnerabilities=[
            grounds | {"expires": "2026-01-31", "id": "CVE-2026-1"},
            grounds | {"expires": "2026-12-31", "id": "CVE-2026-2", "packages": ["openssl", "libssl*"]},
        ],
    )
    assert told(PINNED, of=of)[-4:] == [
        "Also       maxScanAge unlimited",
        "Exempt     until 2026-12-31, by team-a: a fix is on its way",
        "Ignored    CVE-2026-1 ended on 2026-01-31, by team-a: a fix is on its way",
        "Ignored    CVE-2026-2 in packages openssl | libssl* until 2026-12-31, by team-a: a fix is on its way",
    ]
    assert not any("Exempt" in line for line in told(PINNED, of=of, namespace="other"))
