"""Cases heard by the gate and by the oracle, and what became of them."""

import random
from collections import Counter
from dataclasses import dataclass, field

from tests.courts import Answer, Court, bypass, disagreements
from tests.oracle.oracle import verdict
from tests.scene_policies import Pick
from tests.scene_reviews import review, table
from tests.scenes import setting

REVIEWS = 3
"""In each setting."""


@dataclass
class Trials:
    """What became of cases."""

    reviews: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    bypasses: list[str] = field(default_factory=list)
    """What was admitted, and must not be."""
    disagreements: list[str] = field(default_factory=list)
    """What came out otherwise than the oracle says."""

    def count(self, answer: Answer) -> None:
        """Count an answer."""
        self.reviews += 1
        self.reasons.update([outcome.reason for _, outcome in answer.images] or [answer.exempt or f"{answer.status}"])


def tried(court: Court, seed: int, trials: Trials) -> None:
    """Hear a few reviews in the setting that follows from a seed."""
    pick: Pick = random.Random(seed).choice  # noqa: S311 - chance that can be repeated is what this is about
    name = f"seed {seed}"
    court.sit(setting(pick))
    for number in range(REVIEWS):
        hints, asked = table(pick, court.world), review(pick, court.world)
        said, answer = verdict(asked, court.state(hints)), court.answer(asked, hints)
        trials.count(answer)
        found = [f"{name}, review {number}: {one}" for one in disagreements(said, answer)]
        trials.disagreements += found
        if bypass(said, answer):
            trials.bypasses += found or [f"{name}, review {number}: {answer}"]
