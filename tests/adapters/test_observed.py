"""Calls and questions, told of as they end."""

from collections.abc import Mapping

import pytest

from webhook.adapters.http import Reply
from webhook.adapters.memory import Memory
from webhook.adapters.observed import ObservedHttp, Recall, observed
from webhook.core.deadline import Deadline
from webhook.errors import NotFound, NotRemembered, Unavailable

DEADLINE = Deadline(at=10.0, clock=lambda: 0.0)


class Service:
    """A service that takes two seconds."""

    def __init__(self, outcome: Reply | Exception) -> None:
        """Give *outcome*."""
        self.now, self.outcome = 0.0, outcome

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Give it."""
        self.now += 2
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.mark.parametrize("outcome", [Reply(404, {}, b""), Unavailable("away")], ids=["answer", "none"])
def test_each_call_is_told_of(outcome: Reply | Exception) -> None:
    """With the status of the answer, or with none where no answer came, and how long it took."""
    service, told = Service(outcome), list[object]()
    http = ObservedHttp(service, clock=lambda: service.now, told=lambda *call: told.append(call))
    status = 404 if isinstance(outcome, Reply) else None
    if status:
        assert http.send("GET", "https://a.example", headers={}, deadline=DEADLINE) is outcome
    else:
        with pytest.raises(Unavailable, match="away"):
            http.send("GET", "https://a.example", headers={}, deadline=DEADLINE)

    assert told == [("GET", "https://a.example", status, 2.0)]


def test_each_question_is_told_of() -> None:
    """Fetched, remembered, or failed; what memory alone does not know will be asked for in the other way."""
    memory = Memory(size=8, clock=lambda: 0.0, jitter=lambda: 0.0)
    told: list[tuple[str, Recall]] = []
    recall, ask = (
        observed(way, lambda what, result: told.append((what, result))) for way in (memory.recall, memory.ask)
    )

    def missing() -> str:
        raise NotFound("no such scan")

    with pytest.raises(NotRemembered):
        recall(("scan", 1), lambda: "", DEADLINE, lambda _: 60.0)
    assert ask(("scan", 1), lambda: "a", DEADLINE, lambda _: 60.0) == ("a", False)
    assert recall(("scan", 1), lambda: "", DEADLINE, lambda _: 60.0) == ("a", True)
    with pytest.raises(NotFound):
        ask(("image", 1), missing, DEADLINE, lambda _: 60.0)

    assert told == [("scan", Recall.MISS), ("scan", Recall.HIT), ("image", Recall.FAILED)]
