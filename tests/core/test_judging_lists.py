"""Judging: what is beyond every exemption and every lenient mode, name by name."""

from datetime import timedelta
from typing import get_args

import pytest

from tests.builders import DIGEST, NOW, PINNED, image, scanned
from tests.judgements import judged
from webhook.core.evidence import Gap, NotAsked, Unusable
from webhook.core.exemptions import Exceptions, Exemption, Grounds
from webhook.core.judging import judge
from webhook.core.policy import Mode, Rule, Ruling
from webhook.core.reasons import Reason

BEYOND = {
    Reason.INVALID_REFERENCE,
    Reason.UNEXPECTED_IMAGE_FIELD,
    Reason.TOO_MANY_IMAGES,
    Reason.INVALID_SCAN_ID,
    Reason.MISMATCHED,
}
"""What whoever wrote the pod has to mend."""

EXEMPTION = Exemption(
    grounds=Grounds(reason="no fix yet", owner="team-shop", ends=NOW + timedelta(days=30)), digests=(DIGEST,)
)


@pytest.mark.parametrize("gap", get_args(Gap))
def test_mistakes_and_forgeries_are_beyond_exemptions(gap: Gap) -> None:
    """These five, and no other."""
    ruling = Ruling(Rule(name="r"), Exceptions((EXEMPTION,)))

    assert judge(image(PINNED), Unusable(gap=gap, detail="x"), ruling, now=NOW).allowed == (gap not in BEYOND)


@pytest.mark.parametrize("mode", Mode)
def test_rule_that_applies_for_certain_keeps_its_mode(mode: Mode) -> None:
    """Whatever the others are; one that is not sure to apply has the strictest of all that might."""
    rule = Rule(name="r", mode=mode)
    unsure = Ruling(rule, sure=False, mode=Mode.WARN)

    assert judged(scanned(), rule).rule is rule
    assert judge(image(PINNED), NotAsked(), Ruling(rule, mode=Mode.WARN), now=NOW).rule.mode is mode
    assert judge(image(PINNED), NotAsked(), unsure, now=NOW).rule.mode is Mode.WARN
