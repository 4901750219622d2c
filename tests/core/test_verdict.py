"""Verdicts: what of findings makes an admission."""

import dataclasses

import pytest
from msgspec.structs import replace

from tests.builders import DIGEST, PINNED, image, scanned, vulnerability
from webhook.core.evidence import Child, Indexed, Listed, NotAsked, Unusable
from webhook.core.policy import Action, Mode, Rule
from webhook.core.reasons import Reason
from webhook.core.verdict import FEW_IMAGES, Finding, Verdict

GOOD = scanned()


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


@pytest.mark.parametrize(
    ("action", "mode", "shown"),
    [
        (Action.DENY, Mode.ENFORCE, "deny"),
        (Action.DENY, Mode.AUDIT, "deny (audit)"),
        (Action.DENY, Mode.WARN, "deny (warn)"),
        (Action.WARN, Mode.AUDIT, "warn"),
        (Action.ALLOW, Mode.AUDIT, "allow"),
    ],
)
def test_decision_names_the_mode_that_keeps_it_from_being_one(action: Action, mode: Mode, shown: str) -> None:
    """A person sees at a glance what would be refused if the rule enforced."""
    assert found(action, mode).decision == shown


def test_digest_that_was_judged() -> None:
    """It is that of the evidence, else the one that is written, else none."""
    tagged, pinned, none = (image(text) for text in ("r.example/a:1", PINNED, "r.example/A"))
    missing = Unusable(gap=Reason.MISSING, detail="")
    finding = found(Action.DENY)

    assert replace(finding, image=tagged).digest == DIGEST
    assert replace(finding, image=pinned, evidence=missing).digest == DIGEST
    assert replace(finding, image=tagged, evidence=missing).digest is None
    assert replace(finding, image=none, evidence=missing).digest is None


@pytest.mark.parametrize(
    ("actions", "reason"),
    [
        ([Action.ALLOW, Action.DENY, Action.DENY], Reason.STALE),
        ([Action.DENY, Action.WARN, Action.ALLOW], Reason.MISSING),
        ([Action.ALLOW, Action.WARN], Reason.STALE),
    ],
)
def test_verdict_has_the_reason_of_the_first_that_is_as_strict(actions: list[Action], reason: Reason) -> None:
    """What decided is named, and not what came before it."""
    reasons = (Reason.MISSING, Reason.STALE, Reason.FAILED)
    findings = [replace(found(action), reason=one) for action, one in zip(actions, reasons, strict=False)]

    assert Verdict(tuple(findings)).reason is reason


REMEMBERED = dataclasses.replace(GOOD, scan=dataclasses.replace(GOOD.scan, cached=True))
PLAIN = Finding(
    image=image(),
    evidence=REMEMBERED,
    rule=Rule(name="r"),
    action=Action.ALLOW,
    reason=Reason.WITHIN_LIMITS,
    detail="",
)
BY_RULE = replace(PLAIN, evidence=NotAsked(), reason=Reason.ALLOWED_BY_RULE)
INDEX = Indexed(digest=DIGEST, children=(Child("linux/amd64", DIGEST, REMEMBERED),))
MORE = {
    "denied": replace(PLAIN, action=Action.DENY),
    "warned": replace(PLAIN, action=Action.WARN),
    "with a notice": replace(PLAIN, notices=("the exemption of the image ends soon",)),
    "for another reason": replace(PLAIN, reason=Reason.EXEMPTED),
    "asked just now": replace(PLAIN, evidence=GOOD),
    "with a list": replace(PLAIN, evidence=dataclasses.replace(REMEMBERED, listing=Listed((vulnerability(),)))),
    "with earlier scans": replace(PLAIN, evidence=dataclasses.replace(REMEMBERED, earlier=())),
    "an index": replace(PLAIN, evidence=INDEX),
    "without a scan": replace(PLAIN, evidence=Unusable(gap=Reason.MISSING, detail="")),
    "by rule, denied": replace(BY_RULE, action=Action.DENY),
    "by rule, for another reason": replace(BY_RULE, reason=Reason.WITHIN_LIMITS),
}


@pytest.mark.parametrize("finding", [PLAIN, BY_RULE])
def test_plain_is_what_passes_without_a_word(finding: Finding) -> None:
    """By a scan that was remembered, or by a rule that needs none."""
    assert finding.plain is True
    assert Verdict((finding, PLAIN)).plain is True


@pytest.mark.parametrize("finding", MORE.values(), ids=MORE)
def test_what_has_more_to_it_is_not_plain(finding: Finding) -> None:
    """One such image is enough for the whole pod."""
    assert finding.plain is False
    assert Verdict((PLAIN, finding)).plain is False


def test_plain_verdicts_are_small() -> None:
    """They have an image at least, few of them, and no labels."""
    assert [Verdict((PLAIN,) * number).plain for number in (0, 1, FEW_IMAGES, FEW_IMAGES + 1)] == [
        False,
        True,
        True,
        False,
    ]
    assert Verdict((PLAIN,), labels={}).plain is False
