"""Which verdicts are known again, and how many of them."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import (
    PINNED,
    SCAN_ID,
    scan,
)
from tests.fakes import DEADLINE, gate, policy_of
from tests.repeating import POLICY, STRICT, Court, named, remembered, workload_in
from tests.situations import SITUATIONS
from webhook.core.matching import Match
from webhook.core.pods import Image
from webhook.core.policy import Policy, Rule
from webhook.core.reasons import Reason
from webhook.core.verdict import FEW_IMAGES
from webhook.repeats import MOST, Repeats


@pytest.mark.parametrize("reason", [one for one in Reason if one not in (Reason.WITHIN_LIMITS, Reason.ALLOWED_BY_RULE)])
def test_what_is_refused_or_commented_is_judged_each_time(reason: Reason) -> None:
    """Whoever mends it is not told of the past, and what ends soon is said as it is then."""
    situation = SITUATIONS[reason]
    task: Any = situation.review().task
    policy = replace(policy_of(situation.rule), exceptions=situation.exceptions)
    judging = replace(gate(situation.registry), policy=lambda: policy)
    repeats = Repeats(judging, lambda: 0.0)
    first, second = (repeats.decide(task.workload, task.images, DEADLINE) for _ in range(2))

    assert first is not second
    assert reason in {finding.reason for finding in first.findings}


def test_what_was_asked_just_now_is_judged_once_more() -> None:
    """Its record says so; those that follow say that all was remembered."""
    court = Court(memory=remembered(**{SCAN_ID: scan(cached=False)}))

    assert court.ask(named()) is not court.ask(named())


def test_verdicts_with_labels_or_of_many_images_are_not_kept() -> None:
    """Labels may change at any time, and large verdicts would take too much memory."""
    labelled = Rule(name="labelled", match=Match(namespace_labels=(("env", "dev"),)))
    court = Court(policy=Policy((labelled, STRICT), POLICY.digest), labels={"env": "dev"})
    containers = {f"app-{number}": PINNED.replace("@", f":{number}@") for number in range(FEW_IMAGES + 1)}
    many = tuple(written(named()[0], text) for text in containers.values())

    assert court.ask(named()).allowed
    assert court.ask(named()) is not court.ask(named())
    for number, kept in ((FEW_IMAGES, True), (FEW_IMAGES + 1, False)):
        usual = Court()
        assert usual.ask(many[:number]).allowed
        assert (usual.ask(many[:number]) is usual.ask(many[:number])) is kept


def written(image: Image, text: str) -> Image:
    """Return an image that is written otherwise."""
    return Image(text, image.places, image.reference, image.annotation)


def test_image_that_a_rule_admits_is_known_again() -> None:
    """It needs no scan at all."""
    situation = SITUATIONS[Reason.ALLOWED_BY_RULE]
    task: Any = situation.review().task
    court = Court(policy=policy_of(situation.rule))

    assert court.ask(task.images, task.workload) is court.ask(task.images, task.workload)


def test_there_is_a_bound() -> None:
    """Up to it each is known; the one beyond it has all others forgotten, and they are judged when they come again."""
    court = Court()
    kept = [court.ask(named(), workload_in(f"team-{number}")) for number in range(MOST)]
    assert all(court.ask(named(), workload_in(f"team-{number}")) is verdict for number, verdict in enumerate(kept))

    one_more = court.ask(named())
    assert court.ask(named()) is one_more
    assert court.ask(named(), workload_in("team-0")) is not kept[0]
