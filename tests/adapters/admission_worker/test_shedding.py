"""Telling that somebody is turned away."""

from webhook.adapters.admission_worker.shedding import Shed, Shedding


def test_listener_hears() -> None:
    """Whoever listens hears why; before that nobody does, and nothing is wrong."""
    shedding, heard = Shedding(), list[Shed]()
    shedding(Shed.QUEUE)
    shedding.hear(heard.append)
    shedding(Shed.MEMORY)
    assert heard == [Shed.MEMORY]
