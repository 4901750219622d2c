"""What an audit finds, for tests of what becomes of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from tests.builders import NOW, counts, digest_of, image, scanned
from webhook.core.cluster_audit import Audited, AuditReport, Owner, Violation
from webhook.core.evidence import NotAsked, Unusable
from webhook.core.images import Digest
from webhook.core.judging import judge
from webhook.core.lookup import ScanId
from webhook.core.policy import Action, Mode, Rule, RuleAction, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding, Verdict

POLICY = Digest(digest_of("the policy"))
STRICT = Rule(name="default")


def owner(name: str = "web", namespace: str = "shop", **changes: Any) -> Owner:
    """Return a Deployment, with *changes*."""
    usual = {"api_version": "apps/v1", "kind": "Deployment", "uid": f"uid-{namespace}-{name}"}
    return Owner(name=name, namespace=namespace, **usual | changes)


def over(name: str = "api", *, mode: Mode = Mode.ENFORCE, **numbers: int) -> Finding:
    """Return the finding about an image with so many vulnerabilities, three critical ones if nothing is said."""
    found = scanned(counts=counts(**numbers or {"critical": 3, "low": 2}), id=ScanId(f"che-{name}"))
    rule = Rule(name="default", mode=mode)
    return judge(image(f"cr.yandex/crp1/{name}@{digest_of('the usual image')}"), found, Ruling(rule), now=NOW)


def clean(name: str = "good") -> Finding:
    """Return the finding about an image that passes."""
    return judge(image(f"cr.yandex/crp1/{name}@{digest_of('the usual image')}"), scanned(), Ruling(STRICT), now=NOW)


def unusable(reason: Any, name: str = "lost", *, detail: str = "it is so") -> Finding:
    """Return the finding about an image without a usable scan."""
    evidence = Unusable(gap=reason, detail=detail)
    return judge(image(f"cr.yandex/crp1/{name}@{digest_of(name)}"), evidence, Ruling(STRICT), now=NOW)


def unseen(name: str = "ally") -> Finding:
    """Return the finding about an image that a rule admits without a scan."""
    rule = Rule(name="others", action=RuleAction.ALLOW)
    return judge(image(f"quay.io/{name}:1"), NotAsked(), Ruling(rule), now=NOW)


def warned(name: str = "old") -> Finding:
    """Return the finding about an image that a rule warns of."""
    rule = Rule(name="lenient", on_missing=Action.WARN)
    evidence = Unusable(gap=Reason.MISSING, detail="no scan")
    return judge(image(f"cr.yandex/crp1/{name}@{digest_of(name)}"), evidence, Ruling(rule), now=NOW)


def audited(*findings: Finding, of: Owner | None = None) -> Audited:
    """Return what runs for one owner."""
    return Audited(owner=of or owner(), pods=("web-1",), pod_count=1, verdict=Verdict(findings, POLICY))


def violation(finding: Finding, *owners: Owner, more: int = 0) -> Violation:
    """Return an image that runs for these owners, each with two pods, and for *more* that are not named."""
    everywhere = owners or (owner(),)
    count = len(everywhere) + more
    return Violation(finding=finding, owners=everywhere, owner_count=count, pod_count=2 * count)


def report(*violations: Violation, **changes: Any) -> AuditReport:
    """Return the report of an audit that took three minutes."""
    usual: dict[str, Any] = {
        "started": NOW,
        "finished": NOW + timedelta(minutes=3),
        "policy": POLICY,
        "namespaces": 12,
        "owners": 800,
        "pods": 2000,
        "images": 300,
        "violations": violations,
    }
    return AuditReport(**usual | changes)


REASONS = (Reason.MISSING, Reason.UNFINISHED, Reason.UNAVAILABLE, Reason.GONE)


def many(number: int) -> Iterator[Violation]:
    """Yield violations of several kinds, each in several workloads."""
    for position in range(number):
        name = f"team-{position % 7}/service-{position:04}"
        owners = [owner(f"service-{position:04}-{each}", f"team-{position % 7}") for each in range(position % 40 + 1)]
        match position % 5:
            case 0 | 1:
                yield violation(over(name, critical=position % 9 + 1, high=position % 31, medium=4), *owners)
            case 2:
                yield violation(over(name, mode=Mode.WARN, high=position % 17 + 1), *owners, more=position)
            case 3:
                yield violation(warned(name), *owners)
            case _:
                yield violation(unusable(REASONS[position % 4], name), *owners)


def hostile() -> Finding:
    """Return a finding whose texts are those of somebody who wants to be read as markup."""
    evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}\u202e\x00"
    found = unusable(Reason.MISSING, detail="</script><script>alert(3)</script>")
    return judge(image(evil), found.evidence, Ruling(Rule(name="<b>rule</b>{% raw %}")), now=NOW)
