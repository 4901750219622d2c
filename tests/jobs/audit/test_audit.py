"""The audit, from pods to sinks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

import msgspec

from tests.builders import NOW
from tests.builders import pod as pod_of
from tests.clusters import Clock
from tests.core.running import Document, listed, raw
from tests.jobs.audit.samples import BAD, DOWN, GOOD, FakeGate, Nobody, document, judge_by
from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.deadline import Deadline
from webhook.errors import ClusterFailed
from webhook.jobs.audit.audit import Audit, Sink


class Sent(NamedTuple):
    """A pod as an API server sent it."""

    namespace: str
    name: str
    document: msgspec.Raw
    left: int


@dataclass
class Ears:
    """Hears of everything, and may be unable to do something with it."""

    heard: list[str] = field(default_factory=list)
    owner_fails: Exception | None = None
    finish_fails: Exception | None = None
    troubles: tuple[str, ...] = ()

    def owner(self, audited: Audited) -> None:
        """Hear of an owner."""
        self.heard.append(str(audited.owner))
        if self.owner_fails is not None:
            raise self.owner_fails

    def finish(self, report: AuditReport) -> None:
        """Hear of the end."""
        self.heard.append(f"{report.pods} pods")
        self.troubles = report.troubles
        if self.finish_fails is not None:
            raise self.finish_fails


@dataclass
class Shown:
    """Progress."""

    told: list[tuple[int, int]] = field(default_factory=list)

    def audited(self, pods: int, of: int) -> None:
        """Remember it."""
        self.told.append((pods, of))

    def ended(self, pods: int) -> None:
        """Remember it."""
        self.told.append((pods, pods))


def sent(*documents: Document, failing: Exception | None = None) -> Iterator[Sent]:
    """Send pods, and then perhaps no more."""
    for number, one in enumerate(documents, 1):
        metadata = one["metadata"]
        yield Sent(metadata["namespace"], metadata["name"], raw(one), len(documents) - number)
    if failing is not None:
        raise failing


def audit(pods: Iterator[Sent], *sinks: Sink, gate: FakeGate | None = None, shown: Shown | None = None) -> AuditReport:
    """Audit these pods."""
    clock = Clock(NOW)

    def ticking() -> Iterator[Sent]:
        for one in pods:
            clock.pass_by(seconds=1)
            yield one

    return Audit(
        pods=ticking,
        controllers=Nobody(),
        judge=judge_by(gate or FakeGate(), retries=0, deadline=Deadline(0.0, lambda: 1.0)),
        aliases={},
        sinks=sinks,
        progress=shown or Shown(),
        now=clock,
        workers=2,
    ).run()


THREE = (document("a", BAD), document("b", GOOD), document("c", BAD, namespace="store"))


def test_all_of_it() -> None:
    """Violations are found, and nothing else; sinks hear of every owner, in order, and then of the report."""
    ears, shown = (Ears(), Ears()), Shown()
    report = audit(sent(*THREE), *ears, shown=shown)
    assert (report.namespaces, report.owners, report.pods, report.images) == (2, 3, 3, 2)
    assert [(one.finding.image.text, one.pod_count) for one in report.violations] == [(BAD, 2)]
    assert (report.started, report.finished) == (NOW, NOW + timedelta(seconds=3))
    for one in ears:
        assert one.heard == ["shop/Pod/a", "shop/Pod/b", "store/Pod/c", "3 pods"]
    assert shown.told == [(1, 3), (2, 3), (3, 3), (3, 3)]


def test_what_has_finished() -> None:
    """Pods of which nothing runs any more are not counted."""
    done = document("done", BAD) | {"status": {"phase": "Failed"}}
    report = audit(sent(done))
    assert (report.pods, report.owners, report.violations) == (0, 0, ())


def test_a_pod_that_cannot_be_read() -> None:
    """It is named, the others are judged, and the audit is not whole."""
    odd = listed(pod_of(GOOD) | {"spec": {"containers": []}})
    report = audit(sent(odd, *THREE))
    assert report.troubles == ("shop/Pod/web: the pod names no container",)
    assert report.pods == 3


def test_reading_breaks_off() -> None:
    """What is whole was judged; the namespace in which it broke off is not taken for all of it."""
    ears = Ears()
    report = audit(sent(*THREE, failing=ClusterFailed("pods: HTTP 500")), ears)
    assert ears.heard == ["shop/Pod/a", "shop/Pod/b", "2 pods"]
    assert report.troubles == ("pods: HTTP 500; pods from there on were not judged",)


def test_nothing_can_be_read() -> None:
    """There is a report even so, which says why."""
    assert audit(sent(failing=ClusterFailed("pods: HTTP 403"))).troubles[0].startswith("pods: HTTP 403")


def test_without_an_answer_of_the_registry() -> None:
    """The audit is not whole, and the verdict is told as the gate gave it."""
    ears = Ears()
    report = audit(sent(document("a", DOWN)), ears)
    assert [one.finding.reason.value for one in report.violations] == ["unavailable"]
    assert len(report.troubles) == 1
    assert ears.heard[0] == "shop/Pod/a"


def test_without_a_verdict() -> None:
    """Sinks hear nothing of an owner that was not judged."""
    ears = Ears()
    report = audit(sent(THREE[0]), ears, gate=FakeGate(busy=10**9))
    assert (ears.heard, len(report.troubles)) == (["1 pods"], 1)


def test_sinks_that_fail() -> None:
    """The others hear everything, and the audit says what could not be written: it is not whole."""
    failing, also = Ears(owner_fails=ClusterFailed("events: HTTP 403")), Ears(finish_fails=OSError("disk full"))
    good = Ears()
    report = audit(sent(*THREE), failing, also, good)
    assert good.heard == failing.heard == also.heard
    assert report.troubles == good.troubles == ("events: HTTP 403",) * 3 + ("disk full",)
