"""What passes by here is told of: calls to services, and questions to the memory."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from webhook.adapters.http import Reply
from webhook.adapters.memory import Answer, Key
from webhook.adapters.patience import Http
from webhook.adapters.remembered import Ask
from webhook.core.deadline import Deadline, Monotonic
from webhook.errors import LookupFailed, NotRemembered

CallTold = Callable[[str, str, int | None, float], None]
"""Hears of each call: HTTP method, URL, status or None where no answer came, seconds."""


class Recall(StrEnum):
    """What memory had to say."""

    HIT = "hit"
    MISS = "miss"
    FAILED = "failed"
    """The answer is a failure, fetched now or a moment ago."""


AskTold = Callable[[str, Recall], None]
"""Hears of each question: what was asked for, and what memory had to say."""


class ObservedHttp:
    """Sends requests, and tells how each ended and how long it took."""

    def __init__(self, http: Http, *, clock: Monotonic, told: CallTold) -> None:
        """Send by way of *http*."""
        self._http, self._clock, self._told = http, clock, told

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Send a request. Raises what is raised on the way."""
        begun = self._clock()
        status: int | None = None
        try:
            reply = self._http.send(method, url, headers=headers, deadline=deadline, body=body)
            status = reply.status
        finally:
            self._told(method, url, status, self._clock() - begun)
        return reply


def observed(ask: Ask, told: AskTold) -> Ask:
    """Return *ask*, telling of each question.

    What is not remembered is not told of: whoever asks memory alone then asks again in the other way.
    """

    def asking(
        key: Key, fetch: Callable[[], Answer], deadline: Deadline, seconds: Callable[[Answer], float]
    ) -> tuple[Answer, bool]:
        what = str(key[0])
        try:
            answer, remembered = ask(key, fetch, deadline, seconds)
        except NotRemembered:
            raise
        except LookupFailed:
            told(what, Recall.FAILED)
            raise
        told(what, Recall.HIT if remembered else Recall.MISS)
        return answer, remembered

    return asking
