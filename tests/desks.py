"""The gate's desk without a server: a client in the same process, and the records that it leaves."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient

from tests.builders import NOW
from webhook.app import review_app
from webhook.core.counting import decision_of
from webhook.core.images import YANDEX_REGISTRY_ALIASES
from webhook.core.printable import printable
from webhook.core.review import Request
from webhook.core.workloads import BUILT_IN
from webhook.desk import Desk
from webhook.gate import Gate

JSON = "application/json"


@dataclass
class Counter:
    """A desk with a clock that stands still, and what comes over it."""

    gate: Gate
    records: list[dict[str, Any]] = field(default_factory=list)
    measured: list[tuple[Request | None, str, float]] = field(default_factory=list)
    time: float = 100.0
    emit: Callable[[bytes], None] | None = None
    """Takes the lines in place of the list of records."""

    def client(self) -> FlaskClient:
        """Return a client of the application behind this desk."""
        desk = self.desk()
        return review_app(lambda: desk).test_client()

    def desk(self) -> Desk:
        """Return the desk itself."""
        return Desk(
            gate=self.gate,
            kinds=BUILT_IN,
            aliases=YANDEX_REGISTRY_ALIASES,
            emit=self.emit or (lambda line: self.records.append(json.loads(line))),
            measure=lambda request, outcome, seconds: self.measured.append((request, decision_of(outcome), seconds)),
            log=logging.getLogger("test"),
            now=lambda: NOW,
            clock=lambda: self.time,
            timeout=10.0,
        )

    def post(self, data: bytes, path: str = "/validate?timeout=10s", **options: Any) -> tuple[int, dict[str, Any]]:
        """Send *data* as a review, and return status and document of the answer."""
        response = self.client().post(path, data=data, **{"content_type": JSON, **options})
        assert response.content_type == JSON
        return response.status_code, response.get_json()


def refused(counter: Counter, status: int, reason: str, answer: tuple[int, dict[str, Any]]) -> str:
    """Claim that a call was refused with a `Status`, and recorded; return its message."""
    code, document = answer
    assert code == status
    assert {**document, "message": "", "reason": ""} == {
        "apiVersion": "v1",
        "kind": "Status",
        "status": "Failure",
        "code": status,
        "message": "",
        "reason": "",
    }
    [record] = counter.records
    assert (record["decision"], record["allowed"], record["reason"]) == ("error", False, reason)
    message = str(document["message"])
    assert record["message"] == printable(message)
    return message
