"""Verdicts: what of findings makes an admission."""

import pytest
from msgspec.structs import replace

from tests.builders import DIGEST, PINNED, image, scanned
from webhook.core.evidence import Unusable
from webhook.core.policy import Action, Mode, Rule
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding, Verdict

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
