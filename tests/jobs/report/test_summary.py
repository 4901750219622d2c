"""What a log says, counted."""

from dataclasses import replace

import msgspec

from tests.builders import PINNED, parsed, pod, review
from tests.jobs.replay.again import BAD
from tests.records import line_about, line_for, line_of, line_with
from tests.situations import SITUATIONS
from webhook.core.audit_logs import LogLine, Reading
from webhook.core.outcomes import Outcome
from webhook.core.policy import Mode, Rule, Ruling
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.jobs.report.summary import UNKNOWN, Summary, summarize


def summary_of(*log: bytes) -> Summary:
    """Return what these lines say."""
    return summarize([LogLine("audit.log", number, line) for number, line in enumerate(log, 1)], Reading())


def test_outcomes() -> None:
    """Every judged request has one; where an exemption made the difference it is that."""
    audited = line_with(BAD, Ruling(Rule(name="old", mode=Mode.AUDIT)))
    reasons = (Reason.OVER_LIMITS, Reason.RESOLVED_TAG, Reason.EXEMPTED, Reason.WITHIN_LIMITS, Reason.WITHIN_LIMITS)
    found = summary_of(audited, *map(line_for, reasons))
    assert found.outcomes == {
        Outcome.DENIED: 1,
        Outcome.NOT_ENFORCED: 1,
        Outcome.WARNED: 1,
        Outcome.EXEMPTED: 1,
        Outcome.ALLOWED: 2,
    }


def test_where_by_whom_and_why() -> None:
    """What was not simply admitted is counted by place, person, rule, reason and image."""
    found = summary_of(line_with(BAD), line_for(Reason.WITHIN_LIMITS))
    denied = Outcome.DENIED
    assert found.namespaces.top(9) == [((denied, "shop"), 1)]
    assert found.workloads.top(9) == [((denied, "shop/Pod/web"), 1)]
    assert found.users.top(9) == [((denied, "alice"), 1)]
    assert found.reasons.top(9) == [((denied, "old", "over-limits"), 1)]
    assert found.images.top(9) == [((denied, PINNED), 1)]


def test_each_image_has_its_own_reason() -> None:
    """One request may be denied for several."""
    situation = replace(SITUATIONS[Reason.OVER_LIMITS], pod=pod("Bad/Image", "nginx:1", PINNED))
    found = summary_of(line_about(situation))
    assert found.outcomes.total() == 1
    assert {key[2] for key, _ in found.reasons.top(9)} == {"invalid-reference", "unpinned", "over-limits"}


def test_requests_that_were_not_judged() -> None:
    """They are counted by reason; of reasons that are not known here nothing is kept."""
    asked = parsed(review(pod(PINNED), dryRun=True))
    invented = line_of(asked, Exempt.DELETION).replace(b"deletion", b"invention")
    found = summary_of(line_of(asked, Exempt.DELETION), invented, line_of(None, Fault.OVERLOADED))
    assert found.not_judged == {"deletion": 1, UNKNOWN: 1}
    assert found.no_verdict == {"overloaded": 1}
    assert found.dry_runs == 2


def test_every_reason_is_counted() -> None:
    """No reason of an image is lost, but those of images that simply pass."""
    found = summary_of(*map(line_for, Reason))
    allowed = {Reason.WITHIN_LIMITS, Reason.ALLOWED_BY_RULE}
    assert {key[2] for key, _ in found.reasons.top(99)} == {reason.value for reason in set(Reason) - allowed}


def test_record_of_a_newer_gate() -> None:
    """A reason that is not known here is counted under its name."""
    document = msgspec.json.decode(line_with(BAD))
    document["reason"] = document["images"][0]["reason"] = "novelty"
    assert summary_of(msgspec.json.encode(document)).reasons.top(1) == [((Outcome.DENIED, "old", "novelty"), 1)]
