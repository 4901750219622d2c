"""How one process is connected to the cloud."""

import logging

import pytest

from webhook.adapters.streams import LOGGER
from webhook.core.breaker import State
from webhook.wiring.line import tell_breaker


@pytest.mark.parametrize(("state", "level"), [(State.OPEN, "WARNING"), (State.CLOSED, "INFO")])
def test_a_breaker_is_told_of(state: State, level: str, caplog: pytest.LogCaptureFixture) -> None:
    """The log says when a service stops answering, and when it answers again."""
    with caplog.at_level(logging.INFO, LOGGER):
        tell_breaker("registry.example", state)
    [record] = caplog.records
    assert (record.levelname, record.getMessage()) == (level, f"breaker of registry.example is {state}")
