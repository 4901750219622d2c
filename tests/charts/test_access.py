"""Who may do what: the whole list of rights that a release hands out."""

import pytest

from tests.charts.release import Release, release
from tests.charts.value_sets import SETS, asks_the_api_server

Right = tuple[str, str, str, str]
"""Account, resource with its group, name, verbs."""

WEBHOOKS = "validatingwebhookconfigurations.admissionregistration.k8s.io"
ACTIVATE: Right = ("scangate-activate", WEBHOOKS, "scangate", "get patch")
VERIFY: Right = ("scangate-verify", WEBHOOKS, "scangate", "get")
CERTIFICATES: set[Right] = {
    ("scangate-certificates", "secrets", "scangate-certificate", "get patch"),
    ("scangate-certificates", "leases.coordination.k8s.io", "scangate-certificate", "get patch"),
    ("scangate-certificates", WEBHOOKS, "scangate", "get patch"),
}
PIECES = [f"{number:x}" for number in range(16)]
SYNC: set[Right] = {
    ("scangate-table-sync", "configmaps", f"scangate-synced{end}", "get patch")
    for end in ("", *(f"-{piece}" for piece in PIECES))
}
FETCH: Right = ("scangate", "configmaps", "ALL", "get list")
"""Of the account of the gate's pods, of which one container has the token: the gate has not."""

AUDIT: set[Right] = {
    ("scangate-audit", "pods", "ALL", "list"),
    ("scangate-audit", "replicasets.apps", "ALL", "get"),
    ("scangate-audit", "jobs.batch", "ALL", "get"),
    ("scangate-audit", "configmaps", "scangate-audit", "get patch"),
}
"""Of all namespaces, since pods of any of them may be audited; nothing that changes what runs."""

NAMESPACES = ("namespaces", "ALL", "get")
"""Of all namespaces: any of them may be one whose pods are judged."""

RIGHTS: dict[str, set[Right]] = {
    "defaults": CERTIFICATES | {ACTIVATE, VERIFY},
    "everything": CERTIFICATES | {ACTIVATE, VERIFY, ("gate", WEBHOOKS, "scangate", "get"), ("gate", *NAMESPACES)},
    "namespace-labels": CERTIFICATES | {ACTIVATE, VERIFY, ("scangate", *NAMESPACES)},
    "self-check": CERTIFICATES | {ACTIVATE, VERIFY, ("scangate", WEBHOOKS, "scangate", "get")},
    "self-check-without-roles": set(),
    "immediate": CERTIFICATES | {VERIFY},
    "cert-manager": {ACTIVATE, VERIFY},
    "own-certificates": {ACTIVATE, VERIFY},
    "immediate-with-own-certificates": {VERIFY},
    "no-roles": set(),
    "cluster-audit": CERTIFICATES | {ACTIVATE, VERIFY} | AUDIT,
    "cluster-audit-with-all": CERTIFICATES
    | {ACTIVATE, VERIFY, ("scangate", *NAMESPACES), ("scangate-audit", *NAMESPACES)}
    | {("scangate-audit", "reports.openreports.io", "ALL", "get list create update delete")}
    | {("scangate-audit", "events.events.k8s.io", "ALL", "create")}
    | AUDIT,
    "cluster-audit-of-fetched-table": CERTIFICATES
    | {ACTIVATE, VERIFY, FETCH, ("scangate-audit", *FETCH[1:])}
    | {("scangate-audit", "policyreports.wgpolicyk8s.io", "ALL", "get list create update delete")}
    | AUDIT
    | SYNC,
    "cluster-audit-without-roles": set(),
    "table-fetch": CERTIFICATES | {ACTIVATE, VERIFY, FETCH} | SYNC,
    "table-sync": CERTIFICATES | {ACTIVATE, VERIFY} | SYNC,
}

BY_NAME = [name for name, values in SETS.items() if "audit" not in values and not values.get("table", {}).get("fetch")]
"""Everything but what reads ConfigMaps by their labels, and what audits pods wherever they are."""


def rights(made: Release) -> set[Right]:
    """Return every right that the bindings of a release hand out."""
    found: set[Right] = set()
    for binding in [*made.all("RoleBinding"), *made.all("ClusterRoleBinding")]:
        role = made.one(binding["roleRef"]["kind"], binding["roleRef"]["name"])
        for subject in binding["subjects"]:
            found |= {
                (subject["name"], ".".join(filter(None, [resource, group])), name, " ".join(rule["verbs"]))
                for rule in role["rules"]
                for group in rule["apiGroups"]
                for resource in rule["resources"]
                for name in rule.get("resourceNames", ["ALL"])
            }
    return found


@pytest.mark.parametrize("name", RIGHTS)
def test_rights_are_exactly_these(name: str) -> None:
    """A right more than these is a defect, and so is one that a job lacks."""
    assert rights(release(name)) == RIGHTS[name]


@pytest.mark.parametrize("name", BY_NAME)
def test_every_right_is_to_one_named_object(name: str) -> None:
    """No rule is about all objects of a kind, all kinds, or all verbs; none makes or deletes anything."""
    for role in [*release(name).all("Role"), *release(name).all("ClusterRole")]:
        for rule in role["rules"]:
            assert rule.get("resourceNames") or (rule["resources"], rule["verbs"]) == (["namespaces"], ["get"])
            assert "*" not in [*rule["apiGroups"], *rule["resources"], *rule.get("resourceNames", []), *rule["verbs"]]
            assert set(rule["verbs"]) <= {"get", "patch"}


@pytest.mark.parametrize("name", BY_NAME)
def test_the_gate_itself_has_no_rights(name: str) -> None:
    """No binding names the account of the gate, unless it is to check itself or to read labels of namespaces."""
    bindings = [*release(name).all("RoleBinding"), *release(name).all("ClusterRoleBinding")]
    accounts = {subject["name"] for binding in bindings for subject in binding["subjects"]}
    assert asks_the_api_server(name) or release(name).gate["spec"]["serviceAccountName"] not in accounts


@pytest.mark.parametrize("name", [name for name in SETS if "audit" in SETS[name]])
def test_an_audit_changes_nothing_but_what_it_writes(name: str) -> None:
    """Of all objects of a kind it may write its reports and events alone, and it sees no Secrets."""
    account = [right for right in rights(release(name)) if right[0] == "scangate-audit"]
    writing = {"create", "update", "patch", "delete", "deletecollection", "*"}
    written = {right[1] for right in account if writing & set(right[3].split()) and right[2] == "ALL"}
    assert written <= {"policyreports.wgpolicyk8s.io", "reports.openreports.io", "events.events.k8s.io"}
    assert not any("secrets" in right[1] or "*" in right[1] for right in account)


@pytest.mark.parametrize("name", SETS)
def test_accounts_and_what_rights_are_about_are_objects_of_the_release(name: str) -> None:
    """Each pod's account is there, if the release makes it, and each named object as well."""
    made = release(name)
    accounts = {template["spec"]["serviceAccountName"] for _, template in made.pods()}
    there = {
        "validatingwebhookconfigurations": "ValidatingWebhookConfiguration",
        "secrets": "Secret",
        "leases": "Lease",
        "configmaps": "ConfigMap",
    }

    assert accounts - {"mine"} == made.names("ServiceAccount")
    for _, resource, target, _ in (right for right in rights(made) if right[2] != "ALL"):
        assert target in made.names(there[resource.partition(".")[0]])
