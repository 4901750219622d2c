"""Pods that are known again: what is the same for a second is not judged again, and whatever is different is."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    PINNED,
    SCAN_ID,
    annotated_pod,
    counts,
    digest_of,
    images_in,
    pod,
    review,
    scan,
)
from tests.fakes import DEADLINE, WORKLOAD, FakeRegistry, Memory, SameLabels, gate, policy_of
from tests.situations import GROUNDS, SITUATIONS, registry_with
from webhook.core.exemptions import ExceptionList, IgnoredVulnerability
from webhook.core.lookup import Hint, ScanId, Source
from webhook.core.matching import Match, Workload
from webhook.core.patterns import NamePattern
from webhook.core.pods import Image
from webhook.core.policy import UNLIMITED, Limits, Policy, Rule
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.core.verdict import FEW_IMAGES, Verdict
from webhook.gate import Gate
from webhook.repeats import MOST, REPEAT_SECONDS, Repeats

BAD, OTHER = ScanId("chebad0000000000bad0"), ScanId("cheother00000000oth0")
STRICT = Rule(name="default")
LENIENT = Rule(name="lenient", match=Match(namespaces=(NamePattern("dev"),)), limits=Limits(critical=UNLIMITED))
STRICTER = replace(policy_of(replace(STRICT, max_scan_age=timedelta(0))), digest=digest_of("stricter"))
POLICY = Policy((LENIENT, STRICT), policy_of(STRICT).digest)


def remembered(**more: Any) -> Memory:
    """Return a memory of the usual image with a clean scan, one that is over the limits, and one of another image."""
    usual = registry_with(scan(cached=True))
    scans = {SCAN_ID: scan(cached=True), OTHER: scan(id=OTHER, image_id=IMAGE_ID, cached=True, status="ERROR")}
    over = scan(id=BAD, counts=counts(critical=1), cached=True)
    return Memory(scans=scans | {BAD: over} | more, images=usual.images, listed=usual.listed)


@dataclass
class Court:
    """A gate that may be asked again, and what it judges by now."""

    policy: Policy = POLICY
    table: Table = field(default_factory=lambda: Table({}))
    memory: FakeRegistry = field(default_factory=remembered)
    labels: Any = None
    time: float = 100.0

    def __post_init__(self) -> None:
        """Set it up."""
        self.gate: Gate = replace(
            gate(FakeRegistry(), memory=self.memory, sources=(Source.ANNOTATION, Source.TABLE)),
            policy=lambda: self.policy,
            table=lambda: self.table,
            namespaces=SameLabels(self.labels),
        )
        self.repeats = Repeats(self.gate, lambda: self.time)

    def ask(self, images: tuple[Image, ...], workload: Workload = WORKLOAD) -> Verdict:
        """Return the verdict about a pod."""
        return self.repeats.decide(workload, images, DEADLINE)


def named(scan_id: str = SCAN_ID) -> tuple[Image, ...]:
    """Return the images of a pod that names a scan of the usual image, read anew."""
    return images_in(review(annotated_pod(PINNED, scan_id)))


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


def workload_in(namespace: str) -> Workload:
    """Return a pod's workload in another namespace."""
    return Workload(namespace=namespace, kind=WORKLOAD.kind, service_account=WORKLOAD.service_account)


def test_another_policy_is_judged_by() -> None:
    """From the moment at which it is in force, and also where it has been in force before."""
    court = Court()
    for policy, allowed in ((POLICY, True), (STRICTER, False), (POLICY, True), (STRICTER, False)):
        court.policy = policy
        assert court.ask(named()).allowed is allowed
        assert court.ask(named()).policy == policy.digest


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
