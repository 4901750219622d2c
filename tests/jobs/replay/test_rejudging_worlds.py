"""Worlds in which two policies decide: what a replay says of the second is what the gate says by it, or nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.builders import NOW, counts, parsed, pod, review, scan
from tests.core.test_judging_properties import RULES
from tests.core.test_recorded_property import EXCEPTIONS, FINDINGS
from tests.fakes import DEADLINE, FakeRegistry, gate_of
from tests.records import line_of
from tests.test_gate_worlds import FOUND, IMAGE_IDS, REPOSITORY, SCAN_IDS, World, worlds
from webhook.core.exemptions import ExceptionList
from webhook.core.images import Digest
from webhook.core.lookup import ANNOTATION_PREFIX
from webhook.core.matching import EVERYTHING, Match
from webhook.core.policy import Limits, Policy, Rule, RuleAction
from webhook.core.reasons import Exempt
from webhook.core.recorded import parse_record
from webhook.core.verdict import Verdict
from webhook.errors import Unavailable
from webhook.jobs.replay.rejudging import Rejudging

LABELS = {"env": "dev"}
GRACE = st.sampled_from([timedelta(0), timedelta(days=400)])
LISTS = st.lists(FINDINGS, max_size=3).map(tuple) | st.just(Unavailable("x"))
HISTORIES = st.lists(
    st.sampled_from([counts(), FOUND, None]).map(lambda found: scan(id=SCAN_IDS[3], counts=found)), max_size=2
).map(lambda scans: tuple(replace(one, scanned_at=NOW - timedelta(days=n + 1)) for n, one in enumerate(scans)))


@st.composite
def rules(draw: st.DrawFn, name: str, *, latest: bool) -> Rule:
    """Draw a rule in which everything may be switched on; *latest* says whether it may insist on the newest scan."""
    return replace(
        draw(RULES),
        name=name,
        action=draw(st.sampled_from([RuleAction.JUDGE, RuleAction.JUDGE, *RuleAction])),
        limits=draw(st.sampled_from([Limits(), Limits(critical=1), Limits(critical="unlimited")])),
        only_fixable=draw(st.booleans()),
        new_findings_grace=draw(GRACE),
        require_latest=latest and draw(st.booleans()),
        scan_on_missing=draw(st.booleans()),
    )


@st.composite
def policies(draw: st.DrawFn, digit: str, *, latest: bool = True) -> Policy:
    """Draw a policy of two rules, of which the first may ask for labels."""
    match = draw(st.sampled_from([EVERYTHING, Match(namespace_labels=(("env", "dev"),))]))
    first = replace(draw(rules("first", latest=latest)), match=match)
    exceptions = draw(EXCEPTIONS)
    return Policy(
        (first, draw(rules("second", latest=latest))),
        Digest("sha256:" + digit * 64),
        ExceptionList(exceptions.exemptions, exceptions.ignored),
    )


@st.composite
def registries(draw: st.DrawFn, world: World) -> FakeRegistry:
    """Draw what more a registry says: findings, histories, and what a tag names."""
    return FakeRegistry(
        scans=world.scans,
        newest=world.newest,
        images=world.images,
        listed=world.listed,
        indexes=world.indexes,
        tags=draw(st.sampled_from([{}, {"1": world.digest}])),
        found={one: draw(LISTS) for one in SCAN_IDS},
        histories={one: draw(HISTORIES) for one in IMAGE_IDS},
    )


@settings(max_examples=400, deadline=None)
@given(st.data(), worlds(), policies("1", latest=False), policies("2"), st.sampled_from([None, LABELS]))
def test_replay_says_what_the_gate_would_say_or_nothing(
    data: st.DataObject, world: World, old: Policy, new: Policy, labels: Any
) -> None:
    """Hundreds of worlds: whatever was asked under the old policy, the new one is never guessed."""
    registry = data.draw(registries(world))
    text = f"cr.yandex/{REPOSITORY}" + data.draw(st.sampled_from([f"@{world.digest}", f"@{world.digest}", ":1"]))
    notes = {f"{ANNOTATION_PREFIX}app": world.annotation} if world.annotation else {}
    asked = parsed(review(pod(text, annotations=notes)))
    assert not isinstance(asked.task, Exempt)

    def decided(policy: Policy) -> Verdict:
        assert not isinstance(asked.task, Exempt)
        gate = gate_of(policy, registry, table=world.table, sources=world.sources, labels=labels)
        return gate.decide(asked.task.workload, asked.task.images, DEADLINE)

    line = line_of(asked, decided(old))
    again = Rejudging(old).verdict(parse_record(line))
    assert (again.verdict.allowed, again.verdict.action) == (decided(old).allowed, decided(old).action)
    assert again.decided
    other = Rejudging(new).verdict(parse_record(line))
    event(f"decided: {other.decided}, admitted: {other.verdict.allowed}")
    if other.decided:
        live = decided(new)
        assert (other.verdict.allowed, other.verdict.action) == (live.allowed, live.action)
