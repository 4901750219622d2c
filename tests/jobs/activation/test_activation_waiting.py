"""The course of an activation, in a time that passes only where it waits: what it waits for, and for how long."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest

from tests.jobs.activation.configurations import (
    BARE,
    NAME,
    PUBLISHED,
    RULE,
    WANTED,
    changed,
    configuration,
)
from tests.jobs.activation.test_question import answered
from webhook.core.registration import Registration, Rule, Webhook
from webhook.errors import Absent, ClusterFailed, InvalidDocument, Unavailable
from webhook.jobs.activation.activation import Activation, Answer

EMPTY = f"{NAME}: caBundle is empty: nothing vouches for the gate yet"


@dataclass(frozen=True)
class Reply:
    """What the gate sends."""

    status: int = 200
    body: bytes = answered()


@dataclass
class World:
    """A cluster, a gate and a clock."""

    live: Registration
    gate: Answer | Exception = Reply()
    asked: list[str] = field(default_factory=list)
    """The caBundle of each question."""
    said: list[str] = field(default_factory=list)
    time: float = 0.0
    later: dict[float, Callable[["World"], None]] = field(default_factory=dict)
    """What happens at a time."""
    failure: ClusterFailed | None = None
    """Of the next write."""

    def registration(self, name: str) -> Registration:
        """Return it."""
        if name != self.live.name:
            raise Absent(f"{name}: not found")
        return self.live

    def write_rules(self, of: Registration, rules: Mapping[str, tuple[Rule, ...]]) -> None:
        """Change it."""
        assert of == self.live
        failure, self.failure = self.failure, None
        if failure is not None:
            raise failure
        webhooks = [changed(one, rules=rules.get(one.name, one.rules)) for one in self.live.webhooks]
        self.live = replace(self.live, webhooks=tuple(webhooks))

    def ask(self, webhook: Webhook, _: bytes) -> Answer:
        """Answer, or fail."""
        self.asked.append(webhook.client_config.ca_bundle)
        if isinstance(self.gate, Exception):
            raise self.gate
        return self.gate

    def pause(self, seconds: float) -> None:
        """Let time pass, and happen what is to happen in it."""
        self.time += seconds
        for at in [at for at in self.later if at <= self.time]:
            self.later.pop(at)(self)

    def activate(self, *, wait: float = 10.0, expected: Registration | None = None) -> bool:
        """Run an activation."""
        way = Activation(cluster=self, ask=self.ask, say=self.said.append, clock=lambda: self.time, pause=self.pause)
        return way.run(expected or configuration(WANTED), wait=wait)


def test_each_trouble_is_told_once() -> None:
    """Whoever reads along sees what changes, and not every try."""

    def fail(world: World) -> None:
        world.gate = Reply(503, b"")

    def succeed(world: World) -> None:
        world.gate = Reply()

    refused = Unavailable("the gate could not be connected to (NewConnectionError)")
    world = World(configuration(PUBLISHED), gate=refused, later={3.0: fail, 6.0: succeed})

    assert world.activate()

    assert world.said == [
        f"scangate: waiting: {NAME}: the gate could not be connected to (NewConnectionError)",
        f"scangate: waiting: {NAME}: answered HTTP 503",
        "scangate: the gate answers; its rules are in force now.",
    ]
    assert len(world.asked) == 7


@pytest.mark.parametrize(
    ("live", "gate", "trouble"),
    [
        (BARE, Reply(), EMPTY),
        (PUBLISHED, Unavailable("the gate did not answer in time"), f"{NAME}: the gate did not answer in time"),
        (PUBLISHED, InvalidDocument("caBundle: is no PEM"), f"{NAME}: caBundle: is no PEM"),
        (PUBLISHED, Reply(500, b'{"message": "why"}'), f"{NAME}: answered HTTP 500: why"),
        (PUBLISHED, Reply(body=b"hello"), f"{NAME}: what answers is no gate: the answer is no AdmissionReview"),
    ],
)
@pytest.mark.parametrize("wait", [0.0, 2.5])
def test_time_is_over(live: Webhook, gate: Answer | Exception, trouble: str, wait: float) -> None:
    """The answer is no, with the last trouble; nothing was written, and it was tried to the end."""
    world = World(configuration(live), gate=gate)

    assert not world.activate(wait=wait)

    assert world.live == configuration(live)
    assert world.said == [
        f"scangate: waiting: {trouble}",
        f"scangate: the gate did not answer within {wait:g} seconds, and nothing was changed: {trouble}",
    ]
    assert world.time == wait


def test_every_webhook_is_asked() -> None:
    """Rules are written only when all have answered, and then all at once."""
    other = changed(BARE, name="other.scangate.dev")
    expected = configuration(WANTED, changed(WANTED, name="other.scangate.dev"))

    def publish(world: World) -> None:
        config = changed(PUBLISHED, name="other.scangate.dev")
        world.live = configuration(PUBLISHED, config)

    world = World(configuration(PUBLISHED, other), later={2.0: publish})

    assert world.activate(expected=expected)

    assert [webhook.rules for webhook in world.live.webhooks] == [(RULE,), (RULE,)]
    assert world.said[0] == "scangate: waiting: other.scangate.dev: caBundle is empty: nothing vouches for the gate yet"


def test_what_waiting_does_not_mend() -> None:
    """A missing object or right, and a webhook of somebody else, end it at once."""
    for world in (
        World(configuration(PUBLISHED, name="other")),
        World(configuration(changed(PUBLISHED, name="other"))),
        World(configuration(PUBLISHED), failure=ClusterFailed("HTTP 403")),
    ):
        with pytest.raises(ClusterFailed):
            world.activate()
        assert (world.said, world.time) == ([], 0)
