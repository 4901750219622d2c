"""What a replay found: changes are counted, told apart and listed; everything else is counted too."""

from dataclasses import replace

from tests.builders import NOW, PINNED, parsed, pod, review, scanned
from tests.jobs.replay.again import BAD, again, ignoring, policy
from tests.records import line_about, line_of, line_with
from tests.situations import SITUATIONS
from webhook.core.audit_logs import LogLine, Reading
from webhook.core.outcomes import Outcome
from webhook.core.policy import Action, Limits, Mode, Policy, Rule, Ruling
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.jobs.replay.doubts import Doubt
from webhook.jobs.replay.summary import Cause, Summary, Turn, replay

LOOSE = policy(Rule(name="loose", limits=Limits(critical=9)))


def found(*log: bytes, by: Policy = LOOSE, listed: int = 20) -> Summary:
    """Return what a replay of these lines finds."""
    lines = [LogLine("audit.log", number, line) for number, line in enumerate(log, 1)]
    return replay(lines, by, Reading(), listed=listed)


def test_decision_that_changes() -> None:
    """It is counted, with its workload, and what decided before and after; and it is listed."""
    summary = found(line_with(BAD), line_with(scanned()))
    turn = Turn(Outcome.DENIED, Outcome.ALLOWED)
    before, after = Cause("old", "over-limits"), Cause("loose", "within-limits")
    assert (summary.judged, summary.changed, summary.undecided) == (2, 1, 0)
    assert summary.turns == {turn: 1}
    assert summary.workloads.top(9) == [(("shop/Pod/web", turn), 1)]
    assert summary.causes.top(9) == [((turn, before, after), 1)]
    [change] = summary.changes
    assert (change.at, change.user, change.turn, change.before, change.after) == (NOW, "alice", turn, before, after)
    assert change.image == PINNED
    assert "is within the limits" in change.detail


def test_mode_is_a_part_of_what_becomes_of_a_request() -> None:
    """What is refused and let pass is not what is refused."""
    audit = policy(Rule(name="audit", mode=Mode.AUDIT))
    assert found(line_with(BAD), by=audit).turns == {Turn(Outcome.DENIED, Outcome.NOT_ENFORCED): 1}
    audited = line_with(BAD, Ruling(Rule(name="old", mode=Mode.AUDIT)))
    strict = policy(Rule(name="new"))
    assert found(audited, by=strict).turns == {Turn(Outcome.NOT_ENFORCED, Outcome.DENIED): 1}


def test_another_reason_is_no_change() -> None:
    """A decision that stays for another reason stays."""
    missing = line_about(SITUATIONS[Reason.MISSING])
    assert found(missing, by=policy(Rule(name="new", on_missing=Action.DENY))).changed == 0


def test_undecided_is_neither() -> None:
    """It is counted by what is not known."""
    ignored = replace(policy(Rule(name="new")), exceptions=ignoring())
    summary = found(line_with(BAD), by=ignored)
    assert (summary.judged, summary.changed, summary.undecided) == (1, 0, 1)
    assert summary.doubts == {Doubt.FINDINGS: 1}
    assert again(line_with(BAD), Rule(name="new")).decided


def test_what_no_policy_has_a_say_in() -> None:
    """Requests without images, and those without a verdict, are counted apart."""
    asked = parsed(review(pod(PINNED)))
    log = [line_of(asked, Exempt.DELETION), line_of(None, Fault.OVERLOADED), line_of(asked, Fault.INTERNAL_ERROR)]
    summary = found(*log)
    assert (summary.judged, summary.not_judged, summary.no_verdict) == (0, 1, 2)


def test_list_is_bounded() -> None:
    """All changes are counted, the first are listed."""
    summary = found(*[line_with(BAD)] * 5, listed=2)
    assert (summary.changed, len(summary.changes)) == (5, 2)


def test_unreadable_record_does_not_end_it() -> None:
    """The next one is read."""
    summary = found(line_with(BAD)[:-9], line_with(BAD))
    assert (summary.reading.unreadable, summary.changed) == (1, 1)
