"""Judging: from the evidence to yes or no, and why."""

from datetime import timedelta
from typing import get_args

import pytest

from tests.builders import DIGEST, NOW, PINNED, counts, image, scanned
from tests.judgements import STRICT, index, judged
from tests.situations import TAGGED
from webhook.core.evidence import Evidence, Gap, NotAsked, Single, Unusable
from webhook.core.exemptions import Exceptions, Exemption, Grounds
from webhook.core.judging import MALFORMED, NEVER_EXEMPT, judge
from webhook.core.policy import Action, Mode, Rule, RuleAction, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding


def test_tag_that_was_resolved_passes_with_a_warning() -> None:
    """The scan is of what the tag names now; what is pulled later may be something else."""
    finding = judged(scanned(), text=TAGGED)

    assert (finding.action, finding.reason, finding.allowed) == (Action.WARN, Reason.RESOLVED_TAG, True)


def test_tag_that_was_resolved_is_refused_for_its_vulnerabilities() -> None:
    """That it is a tag does not make a bad scan better."""
    assert judged(scanned(counts=counts(critical=1)), text=TAGGED).reason is Reason.OVER_LIMITS


GOOD = scanned()
BAD = scanned(counts=counts(critical=1))
GONE = Unusable(gap=Reason.MISSING, detail="no scan")


@pytest.mark.parametrize(
    ("children", "action", "reason", "platform"),
    [
        ((GOOD,), Action.ALLOW, Reason.WITHIN_LIMITS, 0),
        ((GOOD, GOOD), Action.ALLOW, Reason.WITHIN_LIMITS, 0),
        ((GOOD, BAD), Action.DENY, Reason.OVER_LIMITS, 1),
        ((BAD, GOOD, GOOD), Action.DENY, Reason.OVER_LIMITS, 0),
        ((GOOD, GONE), Action.WARN, Reason.MISSING, 1),
        ((GONE, BAD), Action.DENY, Reason.OVER_LIMITS, 1),
        ((GONE, GONE), Action.WARN, Reason.MISSING, 0),
    ],
)
def test_every_image_of_an_index_must_pass(
    children: tuple[Single, ...], action: Action, reason: Reason, platform: int
) -> None:
    """The strictest judgement of all platforms is that of the index, and says which platform it is of."""
    finding = judged(index(*children), Rule(name="r", on_missing=Action.WARN))

    assert (finding.action, finding.reason) == (action, reason)
    assert finding.detail.startswith(f"linux/{platform}: ")


def exemption(days: int) -> Exemption:
    """Return an exemption of the image that ends in some days."""
    grounds = Grounds(reason="no fix yet", owner="team-shop", ends=NOW + timedelta(days=days))
    return Exemption(grounds=grounds, digests=(DIGEST,))


def exempted(evidence: Evidence, *days: int) -> Finding:
    """Judge an image with exemptions that end in some days."""
    exceptions = Exceptions(tuple(map(exemption, days)))
    return judge(image(PINNED), evidence, Ruling(STRICT, exceptions), now=NOW)


BAD = scanned(counts=counts(critical=3))


def test_exemption_turns_a_denial_and_says_what_it_was() -> None:
    """With its end, who answers for it, and what would be said without it."""
    finding = exempted(BAD, 30)

    assert (finding.action, finding.reason, finding.notices) == (Action.ALLOW, Reason.EXEMPTED, ())
    assert finding.detail.startswith(
        "until 2026-12-24T12:00:00.000Z, by team-shop; without that over-limits: 3 critical"
    )


def test_exemption_is_not_named_where_it_is_not_needed() -> None:
    """An image that passes by itself is not exempt."""
    assert exempted(scanned(), 30).reason is Reason.WITHIN_LIMITS


@pytest.mark.parametrize(
    ("days", "reason", "notices"),
    [
        ((30,), Reason.EXEMPTED, 0),
        ((5,), Reason.EXEMPTED, 1),
        ((5, 30), Reason.EXEMPTED, 0),
        ((-1,), Reason.OVER_LIMITS, 1),
        ((-1, 30), Reason.EXEMPTED, 0),
    ],
)
def test_end_of_an_exemption_is_told(days: tuple[int, ...], reason: Reason, notices: int) -> None:
    """In its last days, and where one has ended that would have helped."""
    finding = exempted(BAD, *days)

    assert (finding.reason, len(finding.notices)) == (reason, notices)


@pytest.mark.parametrize("gap", get_args(Gap))
def test_exemption_helps_against_all_but_mistakes_and_forgeries(gap: Gap) -> None:
    """It is about an image, not about what somebody says of it."""
    finding = exempted(Unusable(gap=gap, detail=""), 30)

    assert finding.allowed == (gap not in NEVER_EXEMPT)


@pytest.mark.parametrize(
    ("action", "judged_as", "reason"),
    [
        (RuleAction.DENY, Action.DENY, Reason.DENIED_BY_RULE),
        (RuleAction.WARN, Action.WARN, Reason.ALLOWED_BY_RULE),
        (RuleAction.ALLOW, Action.ALLOW, Reason.ALLOWED_BY_RULE),
    ],
)
def test_rule_may_decide_without_a_scan(action: RuleAction, judged_as: Action, reason: Reason) -> None:
    """Whatever is known about the image."""
    for evidence in (NotAsked(), scanned(), BAD):
        finding = judged(evidence, Rule(name="r", action=action))
        assert (finding.action, finding.reason) == (judged_as, reason)


def test_scan_that_nobody_looked_up_is_missing() -> None:
    """A record of another policy may have none; that is no reason to let the image pass."""
    assert judged(NotAsked()).reason is Reason.MISSING
    assert not judged(NotAsked()).allowed


@pytest.mark.parametrize("mode", list(Mode))
def test_rule_that_may_not_apply_is_not_lenient(mode: Mode) -> None:
    """What depends on labels that are not known is refused, whatever the rule's own mode."""
    ruling = Ruling(Rule(name="dev", mode=mode, action=RuleAction.ALLOW), sure=False, mode=Mode.ENFORCE)
    finding = judge(image(PINNED), scanned(), ruling, now=NOW)

    assert (finding.reason, finding.allowed) == (Reason.NAMESPACE_UNKNOWN, False)
    assert finding.rule.name == "dev"


@pytest.mark.parametrize("gap", sorted(MALFORMED))
@pytest.mark.parametrize("action", list(RuleAction))
def test_image_that_cannot_be_read_is_refused_for_that(gap: Gap, action: RuleAction) -> None:
    """Whatever the rule does, and whether it applies or not; in the mode of the strictest rule that might."""
    for ruling in (Ruling(Rule(name="r", action=action)), Ruling(Rule(name="r", mode=Mode.AUDIT), sure=False)):
        finding = judge(image(PINNED), Unusable(gap=gap, detail=""), ruling, now=NOW)
        assert (finding.reason, finding.allowed) == (gap, False)


@pytest.mark.parametrize("order", [1, -1])
def test_exemption_does_not_hide_a_forgery_behind_another_platform(order: int) -> None:
    """Of two denials the one counts that no exemption turns."""
    children = (BAD, Unusable(gap=Reason.MISMATCHED, detail="another image"))[::order]
    finding = judge(image(PINNED), index(*children), Ruling(STRICT, Exceptions((exemption(30),))), now=NOW)

    assert (finding.reason, finding.allowed) == (Reason.MISMATCHED, False)
