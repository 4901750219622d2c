"""The gate beside the oracle, in worlds put together by chance: whatever is asked, they agree."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DIGEST, pod
from tests.builders import review as reviewed
from tests.courts import Court, bypass, disagreements
from tests.oracle.oracle import verdict
from tests.oracle_trials import Trials, tried
from tests.scenes import Setting
from webhook.core.reasons import Exempt, Reason

SEEDS = 500
"""Settings that are the same each time, with three reviews each."""

RARE = {Reason.TOO_MANY_IMAGES}
"""What takes a pod of more than a hundred images, and has a test of its own."""


@cache
def court() -> Court:
    """Return the court in which all cases are heard."""
    return Court()


def test_gate_and_oracle_agree_on_worlds_with_a_seed() -> None:
    """Of every scene the gate makes what the oracle does, and every reason arises."""
    trials = Trials()
    for seed in range(SEEDS):
        tried(court(), seed, trials)

    assert not trials.bypasses
    assert not trials.disagreements
    assert trials.reasons.keys() >= (set(Reason) | set(Exempt)) - RARE - {Exempt.NO_POD_TEMPLATE}


@settings(max_examples=100, deadline=None)
@given(st.integers(SEEDS, 2**63))
def test_gate_and_oracle_agree_on_any_world(seed: int) -> None:
    """The same holds for scenes that are new each time."""
    trials = Trials()
    tried(court(), seed, trials)

    assert not trials.bypasses
    assert not trials.disagreements


@pytest.mark.parametrize("mode", ["enforce", "audit"])
@pytest.mark.parametrize("images", [100, 101, 150])
def test_gate_and_oracle_agree_on_pods_of_many_images(images: int, mode: str) -> None:
    """A hundred images are judged, and one more stands for the rest."""
    policy = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [{"name": "all", "mode": mode}]}
    asked = reviewed(pod(*(f"cr.yandex/crp/a-{number}@{DIGEST}" for number in range(images))))
    court().sit(Setting(world={}, policy=policy))
    said, answer = verdict(asked, court().state({})), court().answer(asked, {})

    assert disagreements(said, answer) == []
    assert said.allowed == frozenset({mode == "audit"})
    assert len(answer.images) == min(images, 101)
    assert not bypass(said, answer)
