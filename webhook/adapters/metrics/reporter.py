"""What changes by itself is looked at every moment, and shown."""

import logging
import threading
from collections.abc import Callable

LOOK_SECONDS = 2.0
"""Prometheus reads every 15 seconds at the most often; a look costs some microseconds."""


class Reporter:
    """Calls what shows how things are, in a thread of its own. Start it after the fork."""

    def __init__(self, report: Callable[[], None], log: logging.Logger, *, interval: float = LOOK_SECONDS) -> None:
        """Call *report* every *interval* seconds."""
        self._report, self._log, self._interval = report, log, interval
        self._stopping = threading.Event()
        self._broken = False

    def start(self) -> None:
        """Report now, and from now on in a thread."""
        self._once()
        threading.Thread(target=self._watch, name="metrics", daemon=True).start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()

    def _watch(self) -> None:
        while not self._stopping.wait(self._interval):
            self._once()

    def _once(self) -> None:
        """Report; a fault in that must not cost an admission, and is told of once."""
        try:
            self._report()
            self._broken = False
        except Exception:
            if not self._broken:
                self._log.exception("the metrics could not be brought up to date")
            self._broken = True
