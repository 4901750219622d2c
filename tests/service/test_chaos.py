"""A gate of two workers under load while everything around it fails: a short version of `make chaos`."""

import resource
from pathlib import Path

import pytest

from tests.chaos.asks import Ask
from tests.chaos.faults import KINDS, REGISTRY
from tests.chaos.site import few_descriptors
from tests.chaos.tally import Tally, Windows
from tests.chaos.trial import Plan, drawn, run
from tests.goclient.webhooks import Said
from tests.processes import running_module

QUICK = (
    *REGISTRY,
    "clock-a-day-off",
    "worker-killed",
    "worker-stopped",
    "descriptors-exhausted",
    "certificate-rotated",
)
"""What takes effect and is over at once. Files that are read again have tests of their own; `make chaos` has all."""

FAULTS = 40


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return a plan of one burst."""
    return Plan(seed=3, faults=FAULTS, burst=FAULTS, images=6, kinds=QUICK)


def test_faults_lead_to_no_wrong_answer_and_to_none_at_all(plan: Plan, folder: Path) -> None:
    """Of all reviews under load none is admitted wrongly, refused without cause or left without an answer in time."""
    course = run(plan, folder)

    assert course.tally.failures == []
    assert course.tally.longest < 10
    assert course.tally.windows.kinds.total() == FAULTS
    assert len(course.tally.windows.kinds) == len(QUICK)
    assert course.tally.calm > 0
    assert course.tally.asked > course.tally.calm


def test_the_same_seed_is_the_same_plan(plan: Plan) -> None:
    """A run can be repeated, has every kind of fault, and is another one with another seed."""
    assert drawn(plan) == drawn(Plan(seed=3, faults=FAULTS, kinds=QUICK))
    assert drawn(plan) != drawn(Plan(seed=4, faults=FAULTS, kinds=QUICK))
    assert set(drawn(plan)) == set(QUICK)
    assert set(drawn(Plan(seed=1, faults=len(KINDS)))) == set(KINDS)


def test_what_is_wrong_is_seen_to_be() -> None:
    """A wrong allowance, a denial without cause and a missing answer each count, unless something was wrong then."""
    tally = Tally(Windows())
    never, always = (_ask(answer) for answer in (False, True))
    tally.answered(never, 0.0, Said("", ("as it seems",)))
    tally.answered(always, 0.0, Said("no", ()))
    tally.failed(always, 0.0, "call 1: reset")
    assert [len(found) for found in (tally.wrong_allows, tally.wrong_denials, tally.unanswered)] == [1, 1, 1]
    assert tally.failures[0] == "wrong allow: one, while []: as it seems"

    tally.windows.open("worker-killed")
    tally.answered(never, 0.0, Said("", ("as it seems",)))
    tally.answered(always, 0.0, Said("no", ()))
    tally.failed(always, 0.0, "call 1: reset")
    assert [len(found) for found in (tally.wrong_allows, tally.wrong_denials, tally.unanswered)] == [2, 1, 1]
    assert (tally.cut_off, tally.denied_in_windows, tally.asked, tally.calm) == (1, 1, 6, 3)


def test_shortages_that_overlap_end() -> None:
    """A worker has its descriptors back when the last of several shortages is over, in whatever order they end."""
    usual = resource.getrlimit(resource.RLIMIT_NOFILE)
    with running_module("http.server", "0") as process:
        pid = process.process.pid
        for first_ends in (False, True):
            shortages = [few_descriptors(pid) for _ in range(2)]
            for shortage in shortages:
                shortage.__enter__()
            assert resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] < usual[0]
            for shortage in shortages if first_ends else reversed(shortages):
                shortage.__exit__(None, None, None)
            assert resource.prlimit(pid, resource.RLIMIT_NOFILE) == usual


def _ask(answer: bool) -> Ask:
    """Return something that is answered so, and may be refused while something is wrong."""
    key = (0, 0)
    return Ask("one", {}, {key: frozenset({answer})}, frozenset({False, answer}))
