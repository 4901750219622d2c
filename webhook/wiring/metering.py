"""The metrics of one process: what it counts, and how all of them are read."""

from collections.abc import Callable, Collection

from webhook.adapters.admission_worker.shedding import Shed
from webhook.adapters.metrics.exposition import expose
from webhook.adapters.metrics.ledger import Ledger
from webhook.adapters.metrics.meter import Meter
from webhook.adapters.observed import Recall
from webhook.core import metrics
from webhook.core.counting import call_name, code_name, counts, decision_of, faults
from webhook.core.review import Request
from webhook.core.workloads import Kind
from webhook.desk import Outcome
from webhook.wiring.line import Ears
from webhook.wiring.running import Audience
from webhook.wiring.standing import Standing

SPARE_PLACES = 2
"""Processes beside those that are wanted: a signal may ask for another one, or for all to be replaced."""


def ledger(workers: int) -> Ledger:
    """Return what all processes of a server count in. Make it before the fork."""
    return Ledger(2 * workers + SPARE_PLACES)


class Metering:
    """The metrics of one process. Make it after the fork."""

    def __init__(self, shared: Ledger, place: int, wait: Callable[[], None] = lambda: None) -> None:
        """Write to the page of *place*; *wait* is for whoever serves the reviews to hear of their waits."""
        self._shared, self._wait = shared, wait
        self.meter = Meter(shared.page(place))
        self.meter.count(metrics.STARTS)

    @property
    def audience(self) -> Audience:
        """Who hears of what the gate does."""
        return Audience(ears=Ears(call=self._called, ask=self._asked, wait=self._wait), decision=self._decided)

    def expose(self, accept: str) -> tuple[bytes, str]:
        """Return the metrics of all processes, in a format that *accept* takes."""
        return expose(metrics.FAMILIES, self._shared.entries(), accept)

    def reporting(self, standing: Standing) -> Callable[[], None]:
        """Return what shows how things stand, each time it is called."""
        self.meter.change(metrics.IN_FLIGHT, 0)
        for family, labels, amount in faults(standing.kinds):
            self.meter.count(family, labels, amount)
        for why in Shed:
            self.meter.count(metrics.TURNED_AWAY, (why.value,), 0)

        def report() -> None:
            self.meter.show(dict(standing.levels()))
            for what, failures in standing.failures().items():
                self.meter.reach(metrics.RELOAD_FAILURES, (what,), failures)

        return report

    def shed(self, why: Shed) -> None:
        """Count somebody who was turned away."""
        self.meter.count(metrics.TURNED_AWAY, (why.value,))

    def _decided(self, kinds: Collection[Kind], request: Request | None, outcome: Outcome, seconds: float) -> None:
        decision = decision_of(outcome)
        for family, labels, amount in counts(request, outcome, decision, kinds):
            self.meter.count(family, labels, amount)
        self.meter.observe(metrics.DURATION, (decision,), seconds)

    def _called(self, method: str, url: str, status: int | None, seconds: float) -> None:
        self.meter.observe(metrics.UPSTREAM, (call_name(method, url), code_name(status)), seconds)

    def _asked(self, what: str, result: Recall) -> None:
        self.meter.count(metrics.CACHE, (what, str(result)))
