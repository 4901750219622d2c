"""Pods that are known again: what is the same for a second is not judged again, and whatever is different is."""

import gc
import weakref
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    DIGEST,
    PINNED,
    SCAN_ID,
    annotated_pod,
    images_in,
    pod,
    review,
)
from tests.fakes import DEADLINE, policy_of
from tests.repeating import BAD, OTHER, POLICY, STRICT, STRICTER, Court, named, workload_in
from tests.situations import GROUNDS
from webhook.core.exemptions import ExceptionList, IgnoredVulnerability
from webhook.core.images import Digest
from webhook.core.lookup import Hint, Source
from webhook.core.policy import Limits, Policy
from webhook.core.table import Table
from webhook.repeats import REPEAT_SECONDS


def test_a_pod_like_one_of_a_moment_ago_is_not_judged_again() -> None:
    """For a second, and not for longer, by however many it is asked about meanwhile."""
    court = Court()
    first = court.ask(named())
    asked = len(court.memory.calls)
    court.time += REPEAT_SECONDS * 0.99
    again = court.ask(named())

    assert first.allowed
    assert (again is first, len(court.memory.calls)) == (True, asked)
    court.time = 100.0 + REPEAT_SECONDS
    assert court.ask(named()) is not first
    assert len(court.memory.calls) == 2 * asked


def test_another_annotation_is_judged() -> None:
    """A pod of the same image whose annotation was pointed elsewhere is no pod like the one before."""
    court = Court()

    assert court.ask(named()).allowed
    assert not court.ask(named(BAD)).allowed
    assert not court.ask(named(OTHER)).allowed
    assert court.ask(named()).allowed


def test_another_image_is_judged() -> None:
    """Also where only its tag, its registry or its container differs."""
    court = Court()
    court.ask(named())

    assert not court.ask(images_in(review(annotated_pod(PINNED.replace(DIGEST[-4:], "0000"), SCAN_ID)))).allowed
    assert not court.ask((*named(), *images_in(review(pod("nginx:1"))))).allowed
    assert (
        court.ask(images_in(review(annotated_pod(PINNED.replace("@", ":1@"), SCAN_ID)))).findings[0].image != named()[0]
    )


def test_another_workload_is_judged() -> None:
    """What a rule admits in its namespace is refused elsewhere."""
    court = Court()

    assert court.ask(named(BAD), workload_in("dev")).allowed
    assert not court.ask(named(BAD), workload_in("prod")).allowed


def test_another_policy_is_judged_by() -> None:
    """From the moment at which it is in force, and also where it has been in force before."""
    court = Court()
    for policy, allowed in ((POLICY, True), (STRICTER, False), (POLICY, True), (STRICTER, False)):
        court.policy = policy
        assert court.ask(named()).allowed is allowed
        assert court.ask(named()).policy == policy.digest


class Hints(dict[Digest, Hint]):
    """A table's content, which can be seen to be let go."""


def test_what_was_in_force_is_let_go() -> None:
    """A table may be large: the one of before is kept by no verdict."""
    court, bare = Court(), images_in(review(pod(PINNED)))
    hints = Hints({DIGEST: Hint(Source.TABLE, SCAN_ID)})
    court.table, before = Table(hints), weakref.ref(hints)
    assert court.ask(bare).allowed
    del hints
    court.table = Table({DIGEST: Hint(Source.TABLE, BAD)})
    assert not court.ask(bare).allowed
    gc.collect()
    assert before() is None


def test_another_table_is_looked_up_in() -> None:
    """From the moment at which it is in force."""
    court, bare = Court(), images_in(review(pod(PINNED)))
    for scan_id, allowed in ((SCAN_ID, True), (BAD, False), (SCAN_ID, True)):
        court.table = Table({DIGEST: Hint(Source.TABLE, scan_id)})
        assert court.ask(bare).allowed is allowed


def test_policy_that_changes_while_a_pod_is_judged_counts_from_then_on() -> None:
    """The verdict of before is not found under the new one."""
    court = Court()
    policies = iter([POLICY, POLICY])
    court.repeats.gate = replace(court.gate, policy=lambda: next(policies, STRICTER))

    assert court.ask(named()).allowed
    assert not court.ask(named()).allowed


IGNORING = ExceptionList(ignored=(IgnoredVulnerability(grounds=GROUNDS, id="CVE-1"),))
POLICIES = (
    POLICY,
    policy_of(STRICT),
    replace(POLICY, exceptions=IGNORING),
    policy_of(replace(STRICT, limits=Limits(critical=0))),
)
TABLES = tuple(Table({DIGEST: Hint(Source.TABLE, one)}) for one in (SCAN_ID, BAD, OTHER))
STEPS = st.tuples(
    st.sampled_from(POLICIES),
    st.sampled_from(TABLES),
    st.sampled_from(("", SCAN_ID, BAD, OTHER, "../x")),
    st.sampled_from(("dev", "prod")),
    st.sampled_from((0.0, 0.3, 1.0)),
)


@given(st.lists(STEPS, max_size=12))
def test_verdicts_are_those_of_the_gate(steps: list[tuple[Policy, Table, str, str, float]]) -> None:
    """Whatever changes from one review to the next."""
    court = Court()
    for policy, table, scan_id, namespace, seconds in steps:
        court.policy, court.table = policy, table
        court.time += seconds
        images = named(scan_id) if scan_id else images_in(review(pod(PINNED)))
        workload = workload_in(namespace)
        assert court.ask(images, workload) == court.gate.decide(workload, images, DEADLINE)
