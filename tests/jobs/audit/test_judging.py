"""What runs for one owner, put before a gate."""

from tests.builders import pod
from tests.core.running import listed
from tests.core.running import running as read
from tests.jobs.audit.samples import (
    BAD,
    DOWN,
    EVIDENCE,
    GOOD,
    LENIENT,
    POLICY,
    STRICT,
    FakeGate,
    Sleeper,
    judge_by,
    owner,
    running,
)
from webhook.core.deadline import Deadline
from webhook.core.pods import MAX_IMAGES
from webhook.core.running_pods import RunningPod
from webhook.jobs.audit.grouping import Group
from webhook.jobs.audit.judging import BUSY_SECONDS, PAUSE_SECONDS, TRIES, Judge, Judged


def group_of(*pods: RunningPod) -> Group:
    """Return these pods, of one owner."""
    group = Group(owner())
    for one in pods:
        group.add(one)
    return group


def reasons(judged: Judged) -> list[str]:
    """Return what was found about each image."""
    assert judged.audited is not None
    return [finding.reason.value for finding in judged.audited.verdict.findings]


def test_judged() -> None:
    """An owner comes with its pods, and with a finding for each image."""
    gate = FakeGate()
    judged = judge_by(gate).judged(group_of(running("a", GOOD, BAD), running("b", GOOD)))
    assert judged.audited is not None
    assert (judged.audited.owner, judged.audited.pods, judged.audited.pod_count) == (owner(), ("a", "b"), 2)
    assert reasons(judged) == ["within-limits", "over-limits"]
    assert (judged.audited.verdict.policy, judged.troubles) == (POLICY, ())
    [(workload, texts)] = gate.asked
    assert (workload.namespace, workload.kind.name, texts) == ("shop", "Pod", (GOOD, BAD))


def test_several_accounts() -> None:
    """Each is asked about; what is found alike is there once."""
    pods = [read(listed(pod(BAD, serviceAccountName=name))) for name in ("a", "b", "c")]
    same = judge_by(FakeGate()).judged(group_of(*pods))
    assert reasons(same) == ["over-limits"]
    other = judge_by(FakeGate(rules={"a": LENIENT})).judged(group_of(*pods))
    assert other.audited is not None
    assert [finding.rule for finding in other.audited.verdict.findings] == [LENIENT, STRICT]


def test_more_images_than_a_pod_may_have() -> None:
    """They are asked about in parts, and judged all."""
    texts = [f"cr.yandex/crp0/job:{number}" for number in range(MAX_IMAGES + 5)]
    gate = FakeGate(evidence=dict.fromkeys(texts, EVIDENCE[GOOD]))
    judged = judge_by(gate).judged(group_of(*(running(f"job-{n}", text) for n, text in enumerate(texts))))
    assert [len(images) for _, images in gate.asked] == [MAX_IMAGES, 5]
    assert len(reasons(judged)) == len(texts)


def test_a_registry_that_answers_the_second_time() -> None:
    """It is asked again after a pause, and what it says then counts."""
    sleep = Sleeper()
    judged = judge_by(FakeGate(silent=1), sleep).judged(group_of(running("a", GOOD)))
    assert (reasons(judged), judged.troubles) == (["within-limits"], ())
    assert sleep.slept == [PAUSE_SECONDS]


def test_a_registry_that_does_not_answer() -> None:
    """The verdict is that of the gate, and it is a trouble of the audit."""
    gate, sleep = FakeGate(), Sleeper()
    judged = judge_by(gate, sleep).judged(group_of(running("a", GOOD, DOWN)))
    assert reasons(judged) == ["within-limits", "unavailable"]
    assert judged.troubles == (f"shop/Deployment/web: {DOWN}: unavailable: it did not answer",)
    assert (len(gate.asked), sleep.slept) == (TRIES, [PAUSE_SECONDS, 2 * PAUSE_SECONDS])


def test_an_outage_does_not_take_for_ever() -> None:
    """All owners together are asked about again only so often."""
    gate = FakeGate()
    judge = judge_by(gate, retries=3)
    for _ in range(10):
        assert len(judge.judged(group_of(running("a", DOWN))).troubles) == 1
    assert len(gate.asked) == 10 + 3


def test_a_busy_gate() -> None:
    """It is asked again until there is time."""
    sleep = Sleeper()
    judged = judge_by(FakeGate(busy=3), sleep).judged(group_of(running("a", BAD)))
    assert (reasons(judged), sleep.slept) == (["over-limits"], [BUSY_SECONDS] * 3)


def test_a_gate_that_stays_busy() -> None:
    """The owner is not judged, and the audit not whole."""
    late = Deadline(at=0.0, clock=lambda: 1.0)
    judged = judge_by(FakeGate(busy=1), deadline=late).judged(group_of(running("a", BAD)))
    assert judged.audited is None
    assert judged.troubles == ("shop/Deployment/web: too many reviews are waiting",)


def test_no_pods() -> None:
    """An owner without pods has no findings, and is no defect."""
    judged: Judged = Judge.judged(judge_by(FakeGate()), Group(owner()))
    assert reasons(judged) == []
