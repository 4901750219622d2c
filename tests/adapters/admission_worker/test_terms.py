"""The terms: what is promised to an API server, whatever else."""

from webhook.adapters.admission_worker.terms import Patience
from webhook.core.deadline import MARGIN_SECONDS

GO_IDLE_SECONDS = 90.0
GO_HANDSHAKE_SECONDS = 10.0


def test_client_closes_first() -> None:
    """An idle connection is kept for longer than Go's client keeps it, and a handshake as long as it waits for one."""
    assert Patience().idle > GO_IDLE_SECONDS
    assert Patience().handshake >= GO_HANDSHAKE_SECONDS


def test_wait_for_a_thread_is_within_the_margin() -> None:
    """A review that waits for a thread is answered within the API server's time all the same."""
    assert Patience().queue < MARGIN_SECONDS
