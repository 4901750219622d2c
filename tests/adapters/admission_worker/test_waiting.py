"""Telling that a thread is about to wait."""

from webhook.adapters.admission_worker.waiting import Waiting


def test_listener_hears() -> None:
    """Whoever listens hears of each wait; before that nobody does, and nothing is wrong."""
    waiting, heard = Waiting(), []
    waiting()
    waiting.hear(lambda: heard.append("waits"))
    waiting()
    assert heard == ["waits"]
