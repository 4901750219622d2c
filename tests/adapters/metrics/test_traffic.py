"""HTTP requests, counted on both ends."""

from flask import Flask
from werkzeug.test import Client

from webhook.adapters.metrics.traffic import counted
from webhook.core.metrics import IN_FLIGHT, RESPONSES, Family


class Tally:
    """Notes what is counted."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.codes: list[str] = []
        self.flights: list[float] = []

    def count(self, family: Family, labels: tuple[str, ...] = (), amount: float = 1.0) -> None:
        """Note the status of an answer."""
        assert (family, amount) == (RESPONSES, 1.0)
        self.codes += labels

    def change(self, family: Family, amount: float) -> None:
        """Note a request that comes or goes."""
        assert family is IN_FLIGHT
        self.flights.append(amount)


def test_each_answer_counts_by_its_status() -> None:
    """Those of the framework, too: what nobody serves and what breaks."""
    app, tally = Flask(__name__), Tally()
    app.add_url_rule("/", "fine", lambda: "fine")
    app.add_url_rule("/broken", "broken", lambda: str(1 // 0))
    client = Client(counted(app, tally))

    assert [client.get(path).status_code for path in ("/", "/nowhere", "/broken")] == [200, 404, 500]
    assert tally.codes == ["200", "404", "500"]
    assert tally.flights == [1, -1] * 3
