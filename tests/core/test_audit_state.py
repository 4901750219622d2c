"""What the last audit of running pods came to, for metrics."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import NOW, digest_of, scanned
from tests.judgements import judged
from webhook.core.audit_state import AuditState, ViolationCount, parse_audit_state, render_audit_state, state_of
from webhook.core.cluster_audit import AuditReport, Violation
from webhook.core.evidence import Counts, NotAsked
from webhook.core.policy import Action, Mode, Rule, RuleAction
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding
from webhook.errors import InvalidDocument

LATER = NOW + timedelta(minutes=3)
STATE = AuditState(
    started_at=NOW,
    finished_at=LATER,
    whole=True,
    namespaces=1,
    owners=2,
    pods=3,
    images=4,
    violations=(
        ViolationCount(decision=Action.DENY, mode=Mode.ENFORCE, reason=Reason.OVER_LIMITS, images=2, pods=3),
        ViolationCount(decision=Action.WARN, mode=Mode.ENFORCE, reason=Reason.ALLOWED_BY_RULE, images=1, pods=1),
    ),
)


def _over(name: str, tag: str = "") -> Finding:
    text = f"cr.yandex/crp0/{name}{tag}@{digest_of(name)}"
    return judged(scanned(counts=Counts(critical=1)), text=text)


def _report(*violations: tuple[Finding, int], troubles: tuple[str, ...] = ()) -> AuditReport:
    return AuditReport(
        started=NOW,
        finished=LATER,
        policy=None,
        namespaces=1,
        owners=2,
        pods=3,
        images=4,
        violations=tuple(
            Violation(finding=finding, owners=(), owner_count=1, pod_count=pods) for finding, pods in violations
        ),
        troubles=troubles,
    )


def test_written_and_read() -> None:
    """What was written is read as it was."""
    assert parse_audit_state(render_audit_state(STATE), "it") == STATE


def test_the_documented_form() -> None:
    """It is one line of JSON, with the names of the reasons."""
    assert render_audit_state(STATE) == (
        '{"apiVersion":"scangate.dev/v1","kind":"ClusterAuditState","startedAt":"2026-11-24T12:00:00Z",'
        '"finishedAt":"2026-11-24T12:03:00Z","whole":true,"namespaces":1,"owners":2,"pods":3,"images":4,'
        '"violations":[{"decision":"deny","mode":"enforce","reason":"over-limits","images":2,"pods":3},'
        '{"decision":"warn","mode":"enforce","reason":"allowed-by-rule","images":1,"pods":1}]}\n'
    )


def test_counted() -> None:
    """Violations are counted by decision, mode and reason; an image by two names is one."""
    told = judged(NotAsked(), Rule(name="told", action=RuleAction.WARN))
    state = state_of(_report((_over("a"), 1), (_over("a", ":1"), 1), (_over("b"), 1), (told, 1)))
    assert state == STATE


def test_not_whole() -> None:
    """An audit that could not read everything says so."""
    assert not state_of(_report(troubles=("pods: HTTP 403",))).whole


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "TableState"},
        {"apiVersion": "scangate.dev/v2"},
        {"finishedAt": "yesterday"},
        {"pods": -1},
        {"whole": 1},
        {"violations": [{"decision": "deny", "mode": "enforce", "reason": "of a stranger", "images": 1, "pods": 1}]},
    ],
)
def test_what_is_no_state(change: dict[str, Any]) -> None:
    """It is refused, and the message names where it stands: nothing but the closed lists becomes a label."""
    with pytest.raises(InvalidDocument, match="^it: "):
        parse_audit_state(json.dumps(json.loads(render_audit_state(STATE)) | change), "it")


@pytest.mark.parametrize("text", ["", "{}", b"\xff"])
def test_what_is_no_document(text: str | bytes) -> None:
    """It is refused as well."""
    with pytest.raises(InvalidDocument, match="^it: "):
        parse_audit_state(text, "it")
