"""What a finding of an audit means for the workload."""

import pytest
from msgspec.structs import replace

from tests.audits import clean, over, owner, unseen, unusable, warned
from tests.builders import scanned
from webhook.core.audit_outcomes import UNJUDGED, Outcome, mark, order, outcome, reference
from webhook.core.policy import Mode, Rule
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding


@pytest.mark.parametrize(
    ("finding", "expected"),
    [
        (over(), Outcome.FAIL),
        (over(mode=Mode.WARN), Outcome.WARN),
        (over(mode=Mode.AUDIT), Outcome.WARN),
        (unusable(Reason.MISSING), Outcome.FAIL),
        (unusable(Reason.UNAVAILABLE), Outcome.ERROR),
        (warned(), Outcome.WARN),
        (unseen(), Outcome.SKIP),
        (clean(), Outcome.PASS),
    ],
    ids=lambda value: value.reason if isinstance(value, Finding) else value,
)
def test_outcome(finding: Finding, expected: Outcome) -> None:
    """Each finding is one of five things."""
    assert outcome(finding) is expected


@pytest.mark.parametrize("reason", sorted(UNJUDGED))
def test_what_nobody_could_judge(reason: Reason) -> None:
    """It is an error, whatever the policy makes of it."""
    finding = replace(unusable(Reason.MISSING), reason=reason)
    assert outcome(finding) is outcome(replace(finding, rule=Rule(name="r", mode=Mode.AUDIT))) is Outcome.ERROR


def test_order() -> None:
    """The strictest come first, and those that are alike always stand in the same order."""
    findings = [clean(), unseen(), over("b"), warned(), unusable(Reason.UNAVAILABLE), over("a")]
    there, back = (sorted(each, key=order) for each in (findings, reversed(findings)))
    assert there == back
    assert [outcome(each).value for each in there] == ["fail", "fail", "error", "warn", "skip", "pass"]


def test_mark() -> None:
    """The same fault keeps its mark when another scan finds it; another image, owner, rule or reason has another."""
    finding = over()
    same = replace(finding, detail="4 critical", evidence=scanned(id="another"))
    others = [over("b"), replace(finding, reason=Reason.STALE), replace(finding, rule=Rule(name="x"))]

    assert mark(owner(), finding) == mark(owner(), same)
    assert len({mark(owner(), each) for each in [finding, *others]} | {mark(owner("b"), finding)}) == 5


def test_mark_of_half_a_character() -> None:
    """An image may be any text that JSON can write."""
    broken = replace(over(), image=replace(over().image, text="\ud800"))
    assert len(mark(owner(), broken)) == 16


def test_reference() -> None:
    """A reference has all by which an object is known."""
    expected = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "namespace": "shop",
        "name": "web",
        "uid": "uid-shop-web",
    }
    assert reference(owner()) == expected
