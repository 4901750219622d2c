"""The decision: from the images of a pod to the verdict."""

from datetime import timedelta

import pytest

from tests.builders import (
    DIGEST,
    IMAGE_ID,
    NOW,
    PINNED,
    REPOSITORY,
    SCAN_ID,
    annotated_pod,
    counts,
    digest_of,
    image,
    images_in,
    pod,
    registry_image,
    review,
    scan,
)
from tests.fakes import DEADLINE, WORKLOAD, BusyCrew, FakeRegistry, LateCrew, Memory, gate, policy_of
from tests.situations import SITUATIONS, TAGGED, registry_with, with_result
from webhook.core.lookup import Hint, Source
from webhook.core.policy import Action, Policy, Rule
from webhook.core.reasons import Reason
from webhook.core.table import Table
from webhook.errors import Overloaded
from webhook.gate import Gate

ADMITTED = {
    Reason.WITHIN_LIMITS,
    Reason.RESOLVED_TAG,
    Reason.ALLOWED_BY_RULE,
    Reason.EXEMPTED,
    Reason.NEW_FINDINGS,
}


def test_there_is_a_situation_for_each_reason() -> None:
    """The table of situations that many tests use leaves out no reason."""
    assert set(SITUATIONS) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_is_reached(reason: Reason) -> None:
    """From a real pod and the registry's answers the gate comes to each reason, and refuses for all but those."""
    verdict = SITUATIONS[reason].verdict()

    assert reason in {finding.reason for finding in verdict.findings}
    assert verdict.allowed == (reason in ADMITTED)


def test_verdict_has_a_finding_for_each_image_in_the_order_of_the_pod() -> None:
    """What is in memory and what is looked up come out in the order in which the pod names the images."""
    other = f"cr.yandex/{REPOSITORY}@{digest_of('other')}"
    images = images_in(review(pod(other, PINNED, "nginx")))

    verdict = gate(registry_with(scan()), memory=warm()).decide(WORKLOAD, images, DEADLINE)

    assert [finding.image for finding in verdict.findings] == list(images)
    reasons = [finding.reason for finding in verdict.findings]
    assert reasons == [Reason.MISSING, Reason.WITHIN_LIMITS, Reason.UNPINNED]


def warm() -> Memory:
    """Return a memory of the usual image and its scan."""
    known = registry_image()
    return Memory(newest={IMAGE_ID: scan()}, listed={(REPOSITORY, DIGEST): known}, images={IMAGE_ID: known})


def test_what_is_remembered_needs_no_crew() -> None:
    """An image whose answers are all in memory is judged although nobody has time to look anything up."""
    verdict = gate(FakeRegistry(), memory=warm(), crew=BusyCrew()).decide(WORKLOAD, [image()], DEADLINE)

    assert verdict.allowed


def test_no_registry_is_asked_for_an_image_that_cannot_have_a_scan() -> None:
    """A malformed, an unpinned and a badly annotated image are refused without a look-up."""
    images = [image("Not/An Image"), image(TAGGED), image(PINNED, "../images/x")]

    verdict = gate(FakeRegistry(), crew=BusyCrew()).decide(WORKLOAD, images, DEADLINE)

    assert [finding.reason for finding in verdict.findings] == [
        Reason.INVALID_REFERENCE,
        Reason.UNPINNED,
        Reason.INVALID_SCAN_ID,
    ]


def test_what_is_not_known_by_the_deadline_is_unavailable() -> None:
    """A look-up that has not ended by the deadline is a refusal, not an admission."""
    verdict = gate(registry_with(scan()), crew=LateCrew()).decide(WORKLOAD, [image()], DEADLINE)

    assert not verdict.allowed
    assert [finding.reason for finding in verdict.findings] == [Reason.UNAVAILABLE]


def test_too_many_reviews_are_turned_away() -> None:
    """Where look-ups cannot be taken on there is no verdict at all."""
    with pytest.raises(Overloaded):
        gate(registry_with(scan()), crew=BusyCrew()).decide(WORKLOAD, [image()], DEADLINE)


def test_one_refused_image_refuses_the_pod() -> None:
    """Among good images a single bad one decides."""
    images = images_in(review(pod(PINNED, "nginx")))

    verdict = gate(registry_with(scan())).decide(WORKLOAD, images, DEADLINE)

    assert [finding.action for finding in verdict.findings] == [Action.ALLOW, Action.DENY]
    assert not verdict.allowed


def test_no_image_is_no_admission() -> None:
    """Without a finding there is nothing that could allow a request."""
    assert not gate(FakeRegistry()).decide(WORKLOAD, [], DEADLINE).allowed


def test_a_defect_is_not_taken_for_an_answer() -> None:
    """An exception that is no look-up's failure leaves the gate as it is: the caller refuses."""

    class Broken(FakeRegistry):
        def _answer(self, answer: object, *call: str) -> object:  # type: ignore[override]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        gate(Broken()).decide(WORKLOAD, [image(PINNED, SCAN_ID)], DEADLINE)


def test_policy_and_table_are_asked_for_once_and_anew_for_each_decision() -> None:
    """A reload between two decisions counts for the second; within one nothing changes."""
    policies = iter([policy_of(Rule(name="strict")), policy_of(Rule(name="open", on_missing=Action.ALLOW))])
    asked: list[Policy] = []

    def next_policy() -> Policy:
        asked.append(next(policies))
        return asked[-1]

    usual = gate(registry_with(None))
    subject = Gate(
        memory=usual.memory,
        registry=usual.registry,
        crew=usual.crew,
        policy=next_policy,
        table=lambda: Table({}),
        namespaces=usual.namespaces,
        scope=usual.scope,
        now=usual.now,
    )

    assert [subject.decide(WORKLOAD, [image()], DEADLINE).allowed for _ in range(2)] == [False, True]
    assert len(asked) == 2


@pytest.mark.parametrize("days", [-400, -31, 31, 400])
def test_age_counts_from_the_moment_of_the_decision(days: int) -> None:
    """A clock that is wrong by weeks, either way, refuses a clean scan."""
    assert not with_result(scan(scanned_at=NOW + timedelta(days=days))).verdict().allowed


def test_a_clean_scan_that_is_annotated_over_a_bad_one_in_the_table_still_has_to_be_of_the_image() -> None:
    """The first source decides, and what it names is held against the registry all the same."""
    registry = FakeRegistry(
        scans={"che1": scan(id="che1", image_id="crpother"), SCAN_ID: scan(counts=counts(critical=1))},
        images={"crpother": registry_image(id="crpother", digest=digest_of("other")), IMAGE_ID: registry_image()},
    )
    subject = gate(registry, table={DIGEST: Hint(Source.TABLE, SCAN_ID)})

    verdict = subject.decide(WORKLOAD, images_in(review(annotated_pod(PINNED, "che1"))), DEADLINE)

    assert [finding.reason for finding in verdict.findings] == [Reason.MISMATCHED]
