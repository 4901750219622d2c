"""The course of activation: nothing is written before the gate has answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.jobs.activation.registrations import registration
from tests.jobs.activation.test_question import answered
from webhook.core.registration import Registration, Rule, Webhook
from webhook.errors import Conflict, InvalidDocument, Unavailable
from webhook.jobs.activation.activation import Activation

BARE = registration(rules=[])


@dataclass
class Cluster:
    """A cluster whose configuration is each of these in turn, the last one for ever."""

    turns: list[Registration]
    conflicts: int = 0
    written: list[Mapping[str, tuple[Rule, ...]]] = field(default_factory=list)

    def registration(self, name: str) -> Registration:
        """Return the next one."""
        assert name == "scangate"
        return self.turns.pop(0) if len(self.turns) > 1 else self.turns[0]

    def write_rules(self, of: Registration, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        """Note what is written, unless somebody else was faster."""
        if self.conflicts:
            self.conflicts -= 1
            raise Conflict("somebody else changed it")
        self.written.append(rules)


@dataclass(frozen=True)
class Answer:
    """An answer over HTTP."""

    status: int
    body: bytes


RIGHT = Answer(200, answered())


@dataclass
class Run:
    """An activation in time that passes only in its pauses, before a gate that does each of these in turn."""

    cluster: Cluster
    gate: list[Answer | Exception]
    now: float = 0.0
    said: list[str] = field(default_factory=list)
    asked: int = 0

    def ask(self, webhook: Webhook, review: bytes) -> Answer:
        """Do the next thing."""
        self.asked += 1
        outcome = self.gate.pop(0) if len(self.gate) > 1 else self.gate[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def pause(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def done(self, wait: float = 10.0) -> bool:
        """Run it."""
        activation = Activation(
            cluster=self.cluster, ask=self.ask, say=self.said.append, clock=lambda: self.now, pause=self.pause
        )
        return activation.run(registration(), wait=wait)


def test_gate_that_answers() -> None:
    """Its rules are written, once."""
    run = Run(Cluster([BARE]), [RIGHT])
    assert run.done()
    assert run.cluster.written == [{"validate.scangate.dev": registration().webhooks[0].rules}]
    assert run.said == ["scangate: the gate answers; its rules are in force now."]


def test_nothing_is_written_twice() -> None:
    """Where the rules are in force already, nothing is written; the gate must answer all the same."""
    run = Run(Cluster([registration()]), [RIGHT])
    assert run.done()
    assert run.cluster.written == []
    assert run.asked == 1


@pytest.mark.parametrize(
    "trouble", [Unavailable("the gate could not be connected to"), InvalidDocument("no PEM"), Answer(503, b"{}")]
)
def test_gate_that_takes_its_time(trouble: Answer | Exception) -> None:
    """It is asked again and again, and each trouble is told of once."""
    run = Run(Cluster([BARE]), [trouble, trouble, trouble, RIGHT])
    assert run.done()
    assert run.asked == 4
    assert len(run.cluster.written) == 1
    assert len([line for line in run.said if "waiting" in line]) == 1


def test_gate_that_never_answers() -> None:
    """After the time nothing was written, and what stood in the way last is said."""
    run = Run(Cluster([BARE]), [Unavailable("the gate could not be connected to")])
    assert not run.done()
    assert run.cluster.written == []
    assert run.said[-1].endswith("nothing was changed: validate.scangate.dev: the gate could not be connected to")


def test_bundle_that_is_not_there_yet() -> None:
    """Nobody is asked whom nothing vouches for."""
    unvouched = registration(
        rules=[],
        clientConfig={"service": {"namespace": "scangate", "name": "scangate", "path": "/validate", "port": 443}},
    )
    run = Run(Cluster([unvouched, unvouched, BARE]), [RIGHT])
    assert run.done()
    assert run.asked == 1
    assert "caBundle is empty" in run.said[0]


def test_somebody_else_writes_at_the_same_time() -> None:
    """It is read again, and written into what is there then."""
    run = Run(Cluster([BARE], conflicts=1), [RIGHT])
    assert run.done()
    assert len(run.cluster.written) == 1
