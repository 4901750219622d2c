"""Everything at once beside the oracle: registry, policy, configuration, lookup table and reviews by choice.

From the bytes of a review to those of its answer and its record the gate says what the oracle says, which was
written apart from it, from the documents alone.
"""

from functools import cache

from fuzz.choices import Choices
from tests.courts import Answer, Court, bypass, disagreements
from tests.oracle.oracle import verdict
from tests.oracle.verdicts import Verdict
from tests.scene_reviews import review, table
from tests.scenes import setting

REVIEWS = 2
"""In each setting, which takes longer to set up than a review to be judged."""


@cache
def court() -> Court:
    """Return the gate and the registry in which all cases are heard."""
    return Court()


def check(data: bytes) -> None:
    """Read *data* as a setting and what is asked in it."""
    pick = Choices(data).pick
    court().sit(setting(pick))
    for _ in range(REVIEWS):
        hints, asked = table(pick, court().world), review(pick, court().world)
        check_answer(verdict(asked, court().state(hints)), court().answer(asked, hints))


def check_answer(said: Verdict, answer: Answer) -> None:
    """Nothing is admitted that must not be, and nothing comes out otherwise."""
    assert not bypass(said, answer), f"admitted, and must not be: {disagreements(said, answer)}"
    assert not disagreements(said, answer), disagreements(said, answer)
