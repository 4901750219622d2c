"""Policy files: understood in one way only, and never so that a forged or missing scan lets an image pass."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec

from fuzz.choices import Choices
from fuzz.files import document_of, shown
from tests.builders import DIGEST, NOW, PINNED, image, scanned
from webhook.core.documents import Document
from webhook.core.evidence import SEVERITIES, Counts, Unusable
from webhook.core.images import ImageReference, parse_reference
from webhook.core.judging import judge
from webhook.core.matching import Fit, Labels, Workload
from webhook.core.policy import STRICT, UNLIMITED, Mode, Policy, RuleAction
from webhook.core.policy_file import parse_policy
from webhook.core.policy_warnings import warnings
from webhook.core.policy_writing import render_policy
from webhook.core.reasons import Reason
from webhook.core.workloads import POD, Kind
from webhook.errors import InvalidDocument

GROUNDS = {"reason": "SEC-1", "owner": "shop", "expires": "2026-12-31"}
RULE: dict[str, Any] = {
    "name": "shop",
    "match": {
        "namespaces": ["shop", "team-*"],
        "namespaceLabels": {"env": "prod"},
        "images": ["cr.yandex/crp*/shop/**"],
        "kinds": ["Pod", "Rollout.argoproj.io"],
        "serviceAccounts": ["default"],
    },
    "limits": {"critical": 0, "high": 3, "low": "unlimited"},
    "counting": "distinct",
    "onlyFixable": True,
    "newFindingsGrace": "168h",
    "maxScanAge": "720h",
    "requireLatest": True,
    "onUnpinned": "resolve",
}
POLICY: dict[str, Any] = {
    "apiVersion": "scangate.dev/v1",
    "kind": "ScanPolicy",
    "rules": [RULE, {"name": "vendors", "action": "allow", "match": {"images": ["docker.io/library/*"]}}],
    "exemptions": [{**GROUNDS, "images": ["cr.yandex/**"], "digests": [DIGEST], "namespaces": ["shop"]}],
    "ignoredVulnerabilities": [{**GROUNDS, "id": "CVE-2026-1", "packages": ["perl-*"], "images": ["**"]}],
}
LEAST = {**POLICY, "rules": [{"name": "all"}], "exemptions": [], "ignoredVulnerabilities": []}
WORDS = (
    *("rules", "name", "match", "images", "action", "mode", "limits", "onMissing", "absentCounts", "exemptions"),
    *("allow", "warn", "deny", "judge", "audit", "enforce", "unlimited", "**", "*", "a/**/b", "0s", "1ms", "99999h"),
    *("2999-12-31", "2026-11-24T12:00:00.5+01:00", "cr.yandex/*", "shop", ["**"], {"images": ["**"]}, RULE),
)

WORKLOADS = (
    Workload(namespace="shop", kind=POD, service_account="default"),
    Workload(namespace="team-1", kind=Kind("argoproj.io", "Rollout"), service_account="robot"),
    Workload(),
)
REFERENCES = (parse_reference(PINNED), parse_reference("nginx:1"), parse_reference("quay.io/a/b"), None)
LABELS: tuple[Labels | None, ...] = (None, {}, {"env": "prod"})

FORGED = Unusable(gap=Reason.MISMATCHED, detail="x")
FULL = Counts(**dict.fromkeys(SEVERITIES, 2**63 - 1))
IMAGE = image(PINNED)


def check(data: bytes) -> None:
    """Read *data* as a file, or as changes to one."""
    document = document_of(data)
    if document is None:
        choices = Choices(data)
        document = Document("policy.yaml", choices.spoiled(choices.pick((POLICY, LEAST)), WORDS), DIGEST)
    check_document(document)


def check_document(document: Document) -> None:
    """A document is a policy or refused; a policy is what it would be if somebody else wrote it down."""
    try:
        policy = parse_policy(document)
    except InvalidDocument as error:
        shown(error, document)
        return
    written = render_policy(policy)
    again = parse_policy(Document("again.yaml", json.loads(json.dumps(written)), DIGEST))
    assert render_policy(again) == written, "another policy when it is written out"
    warnings(policy, NOW, labels=False)
    for workload in WORKLOADS:
        for labels in LABELS:
            for reference in REFERENCES:
                check_ruling(policy, workload, labels, reference)
    check_judgement(policy)


def check_ruling(policy: Policy, workload: Workload, labels: Labels | None, reference: ImageReference | None) -> None:
    """The rule that is found is the first of all that fits, or may fit."""
    fits = [(rule, rule.match.fit(workload, labels, reference)) for rule in policy.rules]
    first, fit = next((pair for pair in fits if pair[1] is not Fit.NO), (STRICT, Fit.YES))
    ruling = policy.ruling(workload, labels, reference)
    assert (ruling.rule, ruling.sure) == (first, fit is Fit.YES), "not the first rule that fits"


def check_judgement(policy: Policy) -> None:
    """A forged scan passes under no rule that judges, and one with everything in it where something is limited."""
    for workload in WORKLOADS:
        ruling = policy.ruling(workload, None, REFERENCES[0])
        rule = replace(ruling.rule, mode=Mode.ENFORCE)
        if rule.action is not RuleAction.JUDGE or not ruling.sure:
            continue  # it asks for no scan
        without = msgspec.structs.replace(ruling, rule=rule, mode=Mode.ENFORCE)
        assert not judge(IMAGE, FORGED, without, now=NOW).allowed, "a forged scan passes"
        full = scanned(counts=FULL, scanned_at=NOW - timedelta(minutes=1))
        limited = any(getattr(rule.limits, name) not in (UNLIMITED, 2**63 - 1) for name in SEVERITIES)
        exempt = any(not one.grounds.ended(NOW) for one in ruling.exceptions.exemptions)
        huge = any(isinstance(number := getattr(rule.limits, name), int) and number >= 2**63 - 1 for name in SEVERITIES)
        if limited and not (exempt or huge):
            assert not judge(IMAGE, full, without, now=NOW).allowed, "more than the limits passes"
