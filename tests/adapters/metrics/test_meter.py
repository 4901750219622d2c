"""What a process measures, as it is read."""

import threading

from webhook.adapters.metrics.ledger import COUNT, LEVEL, TOTAL, Key, Ledger
from webhook.adapters.metrics.meter import Meter
from webhook.core.metrics import BREAKER, DURATION, IN_FLIGHT, RELOAD_FAILURES, REQUESTS

LABELS = ("deny", "missing", "enforce", "Pod")


def metering() -> tuple[Ledger, Meter]:
    """Return a meter, and where it writes."""
    ledger = Ledger(1)
    return ledger, Meter(ledger.page(0))


def test_threads_lose_no_count() -> None:
    """Each of them may count at any time."""
    ledger, meter = metering()

    def count() -> None:
        for _ in range(1000):
            meter.count(REQUESTS, LABELS)

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ledger.entries()[0][Key(REQUESTS.name, COUNT, LABELS)] == 8000


def test_a_value_belongs_to_the_first_bucket_that_holds_it() -> None:
    """The end of a bucket is in it; beyond the last one there is another without end."""
    ledger, meter = metering()
    for value in (0.0, DURATION.buckets[0], DURATION.buckets[0] * 1.01, DURATION.buckets[-1] * 2):
        meter.observe(DURATION, ("allow",), value)
    entries = ledger.entries()[0]

    def bucket(number: int) -> float:
        return entries[Key(DURATION.name, str(number), ("allow",))]

    assert (bucket(0), bucket(1), bucket(len(DURATION.buckets))) == (2, 1, 1)
    assert entries[Key(DURATION.name, TOTAL, ("allow",))] > 60


def test_what_is_shown_no_more_is_gone() -> None:
    """A host that is not called any more has no breaker; what was changed and not shown stays."""
    ledger, meter = metering()
    meter.change(IN_FLIGHT, 3)
    meter.change(IN_FLIGHT, -1)
    meter.show({(BREAKER, ("a",)): 1.0, (BREAKER, ("b",)): 0.0})
    meter.show({(BREAKER, ("b",)): 1.0})
    entries = ledger.entries()[0]

    assert entries[Key(IN_FLIGHT.name, LEVEL, ())] == 2
    assert {key.labels: value for key, value in entries.items() if key.family == BREAKER.name} == {("b",): 1.0}


def test_a_counter_follows_what_is_counted_elsewhere() -> None:
    """By as much as that grew; also where it began anew."""
    ledger, meter = metering()
    for reading in (0, 2, 2, 5, 1):
        meter.reach(RELOAD_FAILURES, ("policy",), reading)

    assert ledger.entries()[0][Key(RELOAD_FAILURES.name, COUNT, ("policy",))] == 6
