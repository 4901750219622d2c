"""Judging: from the evidence to yes or no, and why."""

from datetime import timedelta

import pytest

from tests.builders import DIGEST, NOW, PINNED, SCAN_ID, counts, digest_of, image, scan, scanned
from tests.situations import TAGGED
from webhook.core.evidence import SEVERITIES, Child, Counts, Evidence, Indexed, Single, Unusable
from webhook.core.judging import judge
from webhook.core.limits import Excess, counted, excesses
from webhook.core.policy import Absent, Action, Limits, Mode, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding, Verdict

STRICT = Rule(name="default")
USUAL_AGE = timedelta(hours=720)


def judged(evidence: Evidence, rule: Rule = STRICT, text: str = PINNED) -> Finding:
    """Judge an image by its evidence, now."""
    return judge(image(text), evidence, Ruling(rule), now=NOW)


def index(*children: Single) -> Indexed:
    """Return an index of these images, for linux/0, linux/1 …"""
    return Indexed(
        digest=DIGEST,
        children=tuple(Child(f"linux/{number}", digest_of(str(number)), one) for number, one in enumerate(children)),
    )


@pytest.mark.parametrize("name", SEVERITIES)
@pytest.mark.parametrize(
    ("count", "limit", "over"),
    [
        (0, 0, False),
        (1, 0, True),
        (1, 1, False),
        (2, 1, True),
        (2**63 - 1, 2**63 - 1, False),
        (2**63 - 1, 2**63 - 2, True),
        (2**63 - 1, "unlimited", False),
    ],
)
def test_count_is_held_against_its_limit(name: str, count: int, limit: int, over: bool) -> None:
    """As many as the limit pass, one more does not, for each severity by itself."""
    finding = judged(scanned(counts=counts(**{name: count})), Rule(name="r", limits=Limits(**{name: limit})))

    assert finding.reason is (Reason.OVER_LIMITS if over else Reason.WITHIN_LIMITS)
    assert finding.allowed != over


def test_every_count_over_its_limit_is_told_the_worst_first() -> None:
    """The facts name count, severity and limit of each excess, and the scan."""
    finding = judged(scanned(counts=counts(low=9, critical=3, high=1)), Rule(name="r", limits=Limits(high=1, low=4)))

    assert finding.detail == f"3 critical (limit 0), 9 low (limit 4) in scan {SCAN_ID} of 2026-11-24T11:00:00.000Z"


def test_excesses_are_values() -> None:
    """Each says how many there are, of what, and how many may be."""
    assert excesses(counts(high=2, undefined=1), Limits(undefined="unlimited")) == (Excess("high", 2, 0),)
    assert str(Excess("high", 2, 0)) == "2 high (limit 0)"


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(0), Reason.WITHIN_LIMITS),
        (USUAL_AGE, Reason.WITHIN_LIMITS),
        (USUAL_AGE + timedelta(microseconds=1), Reason.STALE),
        (timedelta(days=400), Reason.STALE),
        (timedelta(days=365 * 2000), Reason.STALE),
        (timedelta(minutes=-5), Reason.WITHIN_LIMITS),
        (timedelta(minutes=-5) - timedelta(microseconds=1), Reason.FUTURE),
        (timedelta(days=-400), Reason.FUTURE),
        (timedelta(days=-365 * 7000), Reason.FUTURE),
    ],
)
def test_scan_must_be_neither_too_old_nor_of_the_future(age: timedelta, reason: Reason) -> None:
    """To the microsecond at both ends, and to the ends of the calendar."""
    assert judged(scanned(scanned_at=NOW - age)).reason is reason


def test_scan_of_any_age_counts_where_none_is_too_old() -> None:
    """Without a greatest age an old scan passes; one of the future still does not."""
    rule = Rule(name="r", max_scan_age=None)

    assert judged(scanned(scanned_at=NOW - timedelta(days=4000)), rule).allowed
    assert judged(scanned(scanned_at=NOW + timedelta(days=1)), rule).reason is Reason.FUTURE


def test_vulnerabilities_are_told_before_the_age() -> None:
    """Of a bad and old scan people hear what is in the image: another scan would not help."""
    finding = judged(scanned(counts=counts(high=1), scanned_at=NOW - timedelta(days=400)))

    assert finding.reason is Reason.OVER_LIMITS


def test_scan_without_counters_is_what_the_rule_takes_it_for() -> None:
    """All zeros left out, or no scan at all; zeros that are there are always zeros."""
    deny = Rule(name="r", absent_counts=Absent.DENY)

    assert judged(scanned(counts=None)).reason is Reason.WITHIN_LIMITS
    assert judged(scanned(counts=None), deny).reason is Reason.UNCOUNTED
    assert judged(scanned(counts=Counts()), deny).allowed
    assert (counted(scan(counts=None), STRICT), counted(scan(counts=None), deny)) == (Counts(), None)


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


def found(action: Action, mode: Mode = Mode.ENFORCE) -> Finding:
    """Return a finding with this action under a rule of this mode."""
    rule = Rule(name="r", mode=mode)
    return Finding(image=image(), evidence=GOOD, rule=rule, action=action, reason=Reason.MISSING, detail="")


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("action", list(Action))
def test_only_an_enforced_denial_refuses(action: Action, mode: Mode) -> None:
    """Three actions, three modes, one refusal."""
    refused = (action, mode) == (Action.DENY, Mode.ENFORCE)

    assert found(action, mode).allowed != refused
    assert Verdict((found(Action.ALLOW), found(action, mode))).allowed != refused


@pytest.mark.parametrize(
    ("actions", "strictest"),
    [
        ([Action.ALLOW, Action.ALLOW], Action.ALLOW),
        ([Action.ALLOW, Action.WARN], Action.WARN),
        ([Action.WARN, Action.DENY, Action.ALLOW], Action.DENY),
        ([], Action.DENY),
    ],
)
def test_verdict_is_as_strict_as_its_strictest_finding(actions: list[Action], strictest: Action) -> None:
    """No order of the findings hides one; no finding is no admission."""
    assert Verdict(tuple(map(found, actions))).action is strictest


@pytest.mark.parametrize(
    ("modes", "strictest"),
    [
        ([Mode.AUDIT, Mode.AUDIT], Mode.AUDIT),
        ([Mode.AUDIT, Mode.WARN], Mode.WARN),
        ([Mode.WARN, Mode.ENFORCE, Mode.AUDIT], Mode.ENFORCE),
        ([], Mode.ENFORCE),
    ],
)
def test_verdict_has_the_strictest_mode(modes: list[Mode], strictest: Mode) -> None:
    """Where rules of several modes applied, the strictest is named."""
    assert Verdict(tuple(found(Action.ALLOW, mode) for mode in modes)).mode is strictest


def test_nothing_found_admits_nothing() -> None:
    """An empty verdict is a refusal."""
    assert not Verdict(()).allowed
