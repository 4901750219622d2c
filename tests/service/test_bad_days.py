"""A registry in trouble while reviews keep coming: every answer in time, nothing bad let in, the known unharmed."""

from collections.abc import Iterator

import pytest

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.processes import eventually
from tests.service.days import CONNECTIONS, Population, breaker_states, live_through, recovers
from tests.service.registry import Registry
from webhook.emulator import faults

NEW = 300
"""Images that nobody asked for before, of each kind: more than a day asks for."""

FEW_CALLS = 3 * CONNECTIONS
"""One or two for each review that waits when the registry stops to answer, and one now and then to see whether it
is back."""


@pytest.fixture(scope="module")
def server(world: Registry, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """A gate with threads for all connections, and some to spare."""
    setup = Setup(registry=world.url, server={"threads": 4 * CONNECTIONS})
    with gate(tmp_path_factory.mktemp("gate"), authority, setup) as running:
        yield running


@pytest.fixture
def images(server: Gate, world: Registry) -> Population:
    """Images of each kind."""
    population = Population(world.app(), world.app(critical=1), iter(world.apps(NEW)), iter(world.apps(NEW, high=3)))
    population.introduce(server)
    return population


def test_registry_that_hangs_is_left_alone(server: Gate, world: Registry, images: Population) -> None:
    """Each new image is refused in time; soon the registry is hardly asked any more, and the log says so, and says
    when it is back."""
    since = len(server.process.log.all())
    world.emulator.calls.clear()
    world.emulator.faults.add(faults.Hang())
    day = live_through(server, images, seconds=3.0, timeout=3)
    assert {answer.allowed for answer in day.new} == {False}
    assert world.emulator.calls.count() <= FEW_CALLS < len(day.new)
    assert "open" in breaker_states(server, since)
    world.emulator.faults.clear()
    recovers(server, images)
    eventually(lambda: breaker_states(server, since)[-1] == "closed")


def test_registry_that_comes_and_goes(server: Gate, world: Registry, images: Population) -> None:
    """While few calls fail, new images pass; when most of them do it may be any of them, and never a bad one."""
    world.emulator.faults.add(faults.Status(status=503, every=3))
    day = live_through(server, images, seconds=1.0, timeout=3)
    assert True in {answer.allowed for answer in day.new}
    world.emulator.faults.add(faults.Close(every=2), faults.Reset(probability=0.3))
    live_through(server, images, seconds=1.0, timeout=3)
    world.emulator.faults.clear()
    recovers(server, images)


def test_registry_that_asks_to_be_called_later(server: Gate, world: Registry, images: Population) -> None:
    """Told to come back in a second, the gate does, and refuses in time where that does not help."""
    world.emulator.faults.add(faults.Status(status=429, retry_after=1))
    day = live_through(server, images, seconds=1.5, timeout=3)
    assert {answer.allowed for answer in day.new} == {False}
    assert all("answered 429" in answer.message for answer in day.new)
    world.emulator.faults.clear()
    recovers(server, images)


def test_registry_that_is_slow_is_not_given_up(server: Gate, world: Registry, images: Population) -> None:
    """A look-up takes two calls of three seconds, and a review has time for one: the next review finds the rest."""
    since = len(server.process.log.all())
    world.emulator.faults.add(faults.Latency(seconds=3))
    day = live_through(server, images, seconds=3.0, timeout=5)
    assert {answer.allowed for answer in day.new} == {False}
    again = next(images.new)
    assert server.judge(again.review(), "5s")["allowed"] is False
    eventually(lambda: server.judge(again.review(), "5s")["allowed"] is True)
    world.emulator.faults.clear()
    assert "open" not in breaker_states(server, since)
