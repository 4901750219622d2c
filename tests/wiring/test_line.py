"""How one process is connected to the cloud."""

import logging
import time
from pathlib import Path

import pytest

from tests.collector import Listening
from tests.wiring.gates import loaded, write_gate
from webhook.adapters.streams import LOGGER
from webhook.adapters.traced_calls import Untraced
from webhook.core.breaker import State
from webhook.core.deadline import Deadline
from webhook.emulator.server import serve
from webhook.emulator.world_file import parse_world
from webhook.wiring.clock import now
from webhook.wiring.line import Ears, line, tell_breaker


@pytest.mark.parametrize(("state", "level"), [(State.OPEN, "WARNING"), (State.CLOSED, "INFO")])
def test_a_breaker_is_told_of(state: State, level: str, caplog: pytest.LogCaptureFixture) -> None:
    """The log says when a service stops answering, and when it answers again."""
    with caplog.at_level(logging.INFO, LOGGER):
        tell_breaker("registry.example", state)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (level, f"breaker of registry.example is {state}")


def test_the_registry_alone_is_told_of_spans(tmp_path: Path) -> None:
    """Neither IAM, nor the metadata service, nor what knows where they are is; all calls have spans."""
    begun = list[str]()

    class Span(Untraced):
        headers = {"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}

    def begin(_method: str, url: str) -> Span:
        begun.append(url)
        return Span()

    way = line(loaded(write_gate(tmp_path)).value(), calls=1, ears=Ears(span=begin))
    listening = Listening(parse_world({}, now=now()), now=now)
    with serve(listening) as running:
        for number, service in enumerate(way.services):
            url, deadline = f"{running.url}/{number}", Deadline(time.monotonic() + 10, time.monotonic)
            service.send("GET", url, headers={}, deadline=deadline)
    assert way.services[0] is way.http
    assert ["traceparent" in headers for _, headers in listening.heard] == [True, False, False, False]
    assert len(begun) == 4
