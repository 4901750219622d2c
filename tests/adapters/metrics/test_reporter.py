"""The thread that shows how things are."""

import logging
import threading

import pytest

from webhook.adapters.metrics.reporter import Reporter

LOG = logging.getLogger("test.reporter")


def test_it_reports_at_once_and_again() -> None:
    """What is shown is there before the first request, and kept up to date until it is stopped."""
    calls: list[str] = []
    again = threading.Event()

    def report() -> None:
        calls.append(threading.current_thread().name)
        if len(calls) > 1:
            again.set()

    reporter = Reporter(report, LOG, interval=0.001)
    reporter.start()
    assert calls[0] == threading.current_thread().name
    assert again.wait(10)
    reporter.stop()


def test_a_fault_is_told_of_once(caplog: pytest.LogCaptureFixture) -> None:
    """And again after it was over; the thread goes on."""
    calls = 0
    done = threading.Event()

    def report() -> None:
        nonlocal calls
        calls += 1
        if calls == 7:
            done.set()
        if calls not in (1, 4):
            raise ZeroDivisionError

    reporter = Reporter(report, LOG, interval=0.001)
    reporter.start()
    assert done.wait(10)
    reporter.stop()
    assert len([record for record in caplog.records if "metrics could not" in record.message]) == 2
