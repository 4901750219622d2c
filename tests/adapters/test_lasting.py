"""Answers that are kept to the end of a run."""

import pytest

from tests.builders import DIGEST, IMAGE_ID, REPOSITORY, SCAN_ID, scan
from tests.fakes import DEADLINE, FakeRegistry
from webhook.adapters.lasting import lasting
from webhook.adapters.memory import FAILURE_SECONDS, Memory
from webhook.adapters.remembered import Remembered
from webhook.errors import LookupFailed, NotFound, NotRemembered, Unauthorized, Unavailable, Unreadable

HOURS = 10 * 3600.0


class Run:
    """A run in front of a registry."""

    def __init__(self, registry: FakeRegistry) -> None:
        """Begin with nothing in memory."""
        self.registry, self.time = registry, 0.0
        memory = Memory(size=100, clock=lambda: self.time, jitter=lambda: 0.0)
        self.asked = Remembered(registry, registry, lasting(memory.ask), ask_lists=memory.ask)
        self.recalled = Remembered(registry, registry, lasting(memory.recall), ask_lists=memory.recall)


@pytest.mark.parametrize("status", ["READY", "RUNNING", "ERROR"])
def test_scans(status: str) -> None:
    """Whatever a scan is like, it is asked for once; memory alone knows it from then on."""
    run = Run(FakeRegistry(scans={SCAN_ID: scan(status=status)}, newest={IMAGE_ID: scan(status=status)}))
    for _ in range(2):
        assert run.asked.scan(SCAN_ID, DEADLINE).status == status
        assert run.asked.latest(IMAGE_ID, DEADLINE).status == status
        run.time += HOURS
    assert run.recalled.scan(SCAN_ID, DEADLINE).cached
    assert run.registry.calls == [("scan", SCAN_ID), ("latest", IMAGE_ID)]


@pytest.mark.parametrize("failure", [NotFound("none"), Unauthorized("no"), Unreadable("what")])
def test_answers_that_say_no(failure: LookupFailed) -> None:
    """That there is none, or that it may not be seen, is an answer as well."""
    run = Run(FakeRegistry(listed={(REPOSITORY, DIGEST): failure}))
    with pytest.raises(NotRemembered):
        run.recalled.find(REPOSITORY, DIGEST, DEADLINE)
    for asked in (run.asked, run.recalled, run.asked):
        with pytest.raises(type(failure), match=str(failure)):
            asked.find(REPOSITORY, DIGEST, DEADLINE)
        run.time += HOURS
    assert len(run.registry.calls) == 1


def test_no_answer() -> None:
    """That the registry did not answer is forgotten at once, and so it is asked again."""
    run = Run(FakeRegistry(scans={SCAN_ID: Unavailable("down")}))
    for _ in range(2):
        with pytest.raises(Unavailable):
            run.asked.scan(SCAN_ID, DEADLINE)
        run.time += 2 * FAILURE_SECONDS
    assert len(run.registry.calls) == 2
