"""Policies and cases for the tests of `webhook.jobs.policy`."""

from typing import Any

from tests.builders import NOW, PINNED
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.policy import Policy
from webhook.core.policy_file import parse_policy
from webhook.jobs.policy.cases import CaseFile, parse_cases

CLEAN: dict[str, Any] = {"name": "clean", "image": PINNED, "namespace": "shop", "scan": {}}


def policy(*rules: dict[str, Any], **more: Any) -> Policy:
    """Return a policy of these rules."""
    content = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": list(rules), **more}
    return parse_policy(Document("policy.yaml", content, Digest("")))


def document(*cases: Any, **more: Any) -> Document:
    """Return a file of these cases."""
    head = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicyTest", "policy": "policy.yaml"}
    return Document("cases.yaml", {**head, "cases": list(cases), **more}, Digest(""))


def case_file(*cases: dict[str, Any], **more: Any) -> CaseFile:
    """Return these cases, understood; each expects to be denied where it does not say what it expects."""
    return parse_cases(document(*({"expect": {"decision": "deny"}} | case for case in cases), **more), NOW)
