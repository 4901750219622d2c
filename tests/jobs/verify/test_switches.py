"""Settings of one word, and conditions."""

from typing import Any

import pytest

from tests.jobs.verify.webhooks import RIGHT, changed, found
from webhook.core.registration import MatchCondition
from webhook.jobs.verify.finding import Effect

CONDITION = RIGHT.match_conditions[0]
ADDED = MatchCondition("skip", "request.userInfo.username != 'me'")


@pytest.mark.parametrize(
    ("live", "expected", "effect", "said"),
    [
        ({"failure_policy": "Ignore"}, {}, Effect.BYPASS, "failurePolicy is Ignore: while the gate is away"),
        ({}, {"failure_policy": "Ignore"}, Effect.NOTE, "failurePolicy is Fail"),
        ({"timeout_seconds": 1}, {}, Effect.NOTE, "timeoutSeconds is 1, not 10"),
        ({"timeout_seconds": 30}, {}, Effect.NOTE, "timeoutSeconds is 30, not 10"),
        (
            {"timeout_seconds": 1, "failure_policy": "Ignore"},
            {"failure_policy": "Ignore"},
            Effect.BYPASS,
            "timeoutSeconds is 1, not 10: what takes the gate longer passes",
        ),
        ({"side_effects": "NoneOnDryRun"}, {}, Effect.NOTE, "sideEffects is NoneOnDryRun, not None"),
        ({"side_effects": ""}, {}, Effect.OUTAGE, "sideEffects is empty, not None: dry runs are refused unasked"),
        ({"admission_review_versions": ("v1beta1", "v1")}, {}, Effect.OUTAGE, "is v1beta1, v1: the gate"),
        ({"admission_review_versions": ()}, {}, Effect.OUTAGE, "is empty: the gate understands v1 alone"),
        (
            {"match_conditions": (CONDITION, ADDED)},
            {},
            Effect.BYPASS,
            "does not meet 'skip': request.userInfo.username",
        ),
        ({"match_conditions": ()}, {}, Effect.NOTE, "matchConditions does not have 'changes-images'"),
    ],
)
def test_difference(live: dict[str, Any], expected: dict[str, Any], effect: Effect, said: str) -> None:
    """Each is one finding that says what it means."""
    [(is_effect, text)] = found(changed(**live), changed(**expected))
    assert (is_effect, said in text) == (effect, True), text


def test_condition_that_was_changed() -> None:
    """Another expression under the old name lets pass what it wants."""
    live = changed(match_conditions=(MatchCondition(CONDITION.name, "false"),))
    assert [effect for effect, _ in found(live)] == [Effect.BYPASS, Effect.NOTE]


def test_condition_of_another_name() -> None:
    """What it says counts, not what it is called; nor do blanks around it."""
    assert found(changed(match_conditions=(MatchCondition("x", f" {CONDITION.expression}\n"),))) == []


def test_more_versions() -> None:
    """The API server takes the first, and that is the one that the gate understands."""
    assert found(changed(admission_review_versions=("v1", "v1beta1"))) == []
