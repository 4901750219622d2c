"""Numbers that processes share: added up, kept when one dies, and never more than there is room for."""

import os
from collections.abc import Callable

from webhook.adapters.metrics.ledger import COUNT, LEVEL, MAX_SERIES, Key, Ledger

REQUESTS = Key("requests", COUNT, ("a", "b"))
OPEN = Key("open", LEVEL, ())
DROPPED = Key("scangate_dropped_samples_total", COUNT, ())


def in_a_process(work: Callable[[], None]) -> None:
    """Do *work* in a forked process, and wait for its end."""
    pid = os.fork()
    if not pid:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    assert os.waitpid(pid, 0)[1] == 0


def test_others_see_what_a_process_wrote() -> None:
    """Each to its own page, also after the end of the process."""
    ledger = Ledger(2)
    in_a_process(lambda: ledger.page(0).add(REQUESTS, 2))
    in_a_process(lambda: ledger.page(1).add(REQUESTS, 3))

    assert [page[REQUESTS] for page in ledger.entries()] == [2, 3]


def test_a_successor_goes_on_with_counters() -> None:
    """A process that takes the place of a dead one adds to what that had counted, and to what is new."""
    ledger = Ledger(1)
    other = Key("other", COUNT, ())

    def first() -> None:
        page = ledger.page(0)
        page.add(REQUESTS, 2)
        page.put(OPEN, 1)

    def second() -> None:
        page = ledger.page(0)
        page.add(other, 1)
        page.add(REQUESTS, 5)

    in_a_process(first)
    assert ledger.entries() == [{DROPPED: 0, REQUESTS: 2, OPEN: 1}]
    in_a_process(second)
    assert ledger.entries() == [{DROPPED: 0, REQUESTS: 7, other: 1}]


def test_what_the_dead_said_of_themselves_is_void() -> None:
    """A process that is gone has nothing open any more, and what it counted stays."""
    ledger = Ledger(1)
    page = ledger.page(0)
    page.add(REQUESTS, 1)
    page.put(OPEN, 1)
    ledger.vacate(0)
    assert OPEN not in ledger.entries()[0]

    page.add(OPEN, 4)
    assert ledger.entries() == [{DROPPED: 0, REQUESTS: 1, OPEN: 4}]


def test_who_finds_no_room_counts_for_itself() -> None:
    """A process too many does nobody any harm."""
    ledger = Ledger(1)
    ledger.page(7).add(REQUESTS, 1)
    ledger.vacate(7)

    assert ledger.entries() == [{}]


def test_series_are_bounded() -> None:
    """What is too much is dropped, and it is told how often; the numbers that are there go on."""
    page = Ledger(1).page(0)
    for number in range(MAX_SERIES + 10):
        page.add(Key("many", COUNT, (str(number),)), 1)
    page.put(Key("more", LEVEL, ()), 1)
    page.add(Key("many", COUNT, ("0",)), 1)
    entries = page.entries()

    assert len(entries) == MAX_SERIES
    assert entries[DROPPED] == 12
    assert entries[Key("many", COUNT, ("0",))] == 2


def test_labels_may_hold_anything() -> None:
    """Line ends, quotes and other scripts come back as they were."""
    page = Ledger(1).page(0)
    key = Key("odd", COUNT, ('a\n"b"\\', "Привет\x00\u2028"))
    page.add(key, 1)

    assert page.entries()[key] == 1
