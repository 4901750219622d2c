"""Recorded decisions for tests: lines of an audit log, made of situations or of evidence."""

from datetime import datetime
from typing import Any

from tests.builders import NOW, PINNED, parsed, pod, review
from tests.situations import SITUATIONS, Situation
from webhook.core.evidence import Evidence
from webhook.core.images import Digest
from webhook.core.judging import judge
from webhook.core.matching import Labels
from webhook.core.policy import Rule, Ruling
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.recorded import Recorded, parse_record
from webhook.core.records import render_line, render_record
from webhook.core.review import Review
from webhook.core.verdict import Verdict

OTHER_POLICY = Digest("sha256:" + "9" * 64)
"""Of a policy that no test judges by again."""


def line_of(review: Review | None, outcome: Verdict | Exempt | Fault, at: datetime = NOW) -> bytes:
    """Return the line of the audit log."""
    return render_line(render_record(review, outcome, at=at, seconds=0.001))


def line_about(situation: Situation) -> bytes:
    """Return the line that the gate writes about a situation."""
    return line_of(situation.review(), situation.verdict())


def line_for(reason: Reason) -> bytes:
    """Return a line whose only image has this reason."""
    return line_about(SITUATIONS[reason])


def recorded(situation: Situation) -> Recorded:
    """Return a decision, written and read again."""
    return parse_record(line_about(situation))


def line_with(
    evidence: Evidence,
    ruling: Ruling | None = None,
    *,
    text: str = PINNED,
    labels: Labels | None = None,
    at: datetime = NOW,
    **request: Any,
) -> bytes:
    """Return the line of a decision about an image of which this was known; *request* is of the review."""
    asked = parsed(review(pod(text), **request))
    assert not isinstance(asked.task, Exempt)
    findings = tuple(judge(one, evidence, ruling or Ruling(Rule(name="old")), now=NOW) for one in asked.task.images)
    return line_of(asked, Verdict(findings, OTHER_POLICY, labels), at)
