"""Events on workloads: what an owner reads there."""

import pytest
from msgspec.structs import replace

from tests.audits import audited, clean, hostile, over, owner, unseen, unusable, warned
from tests.builders import NOW
from webhook.core.cluster_audit import Audited
from webhook.core.policy import Mode
from webhook.core.reasons import REMEDIES, Reason
from webhook.core.workload_events import MAX_EVENTS, MAX_NOTE, WorkloadEvent, render_events


def events(what: Audited, instance: str = "audit-1") -> list[WorkloadEvent]:
    """Return the events about a workload."""
    return list(render_events(what, at=NOW, instance=instance))


def test_violation() -> None:
    """It is in the namespace of the workload, about it, and says what is wrong and what to do."""
    (event,) = events(audited(over()))
    body = event.body
    assert (event.namespace, body["regarding"]["name"], body["regarding"]["uid"]) == ("shop", "web", owner().uid)
    assert (body["reason"], body["type"], body["action"]) == ("ScanPolicyViolation", "Warning", "Audit")
    assert body["reportingController"] == "scangate.dev/audit"
    assert body["eventTime"] == "2026-11-24T12:00:00.000000Z"
    assert "over-limits: 3 critical (limit 0)" in body["note"]
    assert body["note"].endswith(REMEDIES[Reason.OVER_LIMITS])


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        (audited(over(), warned()), ["ScanPolicyViolation", "ScanPolicyWarning"]),
        (audited(over(mode=Mode.AUDIT)), ["ScanPolicyWarning"]),
        (audited(clean(), unseen()), []),
        (audited(unusable(Reason.UNAVAILABLE)), []),
    ],
)
def test_reasons(what: Audited, reasons: list[str]) -> None:
    """Owners hear of what would be refused or warned of, and not of what passes or could not be judged."""
    assert [event.body["reason"] for event in events(what)] == reasons


def test_names() -> None:
    """The same fault has the same name, in whatever order; another one has another name."""
    first, second = events(audited(over("a"), over("b")))
    again = events(audited(over("b"), over("a")))
    assert [first.name, second.name] == [event.name for event in again]
    assert first.name != second.name
    assert first.name.startswith("web.")


@pytest.mark.parametrize("length", [199, 200, 201, 253])
def test_long_names(length: int) -> None:
    """Names of events are names that the API takes, whatever the workload is called."""
    (event,) = events(audited(over(), of=owner("a" * (length - 1) + "." * (length < 253) + "b" * (length == 253))))
    assert len(event.name) <= 253
    assert ".." not in event.name


def test_bounds() -> None:
    """A note is never longer than the API takes, and has its remedy still; events are few, and so is who looked."""
    long = replace(over(), detail="x" * 5000)
    findings = [replace(long, image=replace(long.image, text=f"{number}" * 500)) for number in range(MAX_EVENTS + 1)]
    found = events(audited(*findings), instance="i" * 500)

    assert len(found) == MAX_EVENTS
    assert {len(event.body["note"]) for event in found} == {MAX_NOTE}
    assert all(event.body["note"].endswith(REMEDIES[Reason.OVER_LIMITS]) for event in found)
    assert {len(event.body["reportingInstance"]) for event in found} == {128}


def test_strangers_text() -> None:
    """It is shown as printable ASCII."""
    (event,) = events(audited(hostile()))
    assert event.body["note"].isascii()
    assert event.body["note"].isprintable()
