"""How a service that gives tokens is asked, and what its refusals mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webhook.adapters.http import Reply
from webhook.adapters.registry_calls import Http
from webhook.core.answers import parse_json
from webhook.core.deadline import Deadline
from webhook.core.times import clock_error
from webhook.core.tokens import parse_refusal
from webhook.errors import Unauthorized, Unavailable

JUST_GIVEN = "it has only just been given; are registry and service account of the same installation?"
"""What may be wrong where the registry refuses a fresh token."""

CLOCK_SECONDS = 60.0
"""A clock that is wrong by more than this may be why a signature does not count."""


@dataclass(frozen=True, slots=True)
class TokenService:
    """A service that gives tokens."""

    name: str
    """As messages call it."""
    http: Http
    now: Callable[[], datetime]

    def ask(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Any:
        """Return the JSON of an answer that is not a refusal.

        Raises:
            Unavailable: it did not answer, or cannot now.
            Unauthorized: it refused; the message says whether this machine's clock is wrong.
            Unreadable: it answered something else.
        """
        reply = self.http.send(method, url, headers=headers, deadline=deadline, body=body)
        said = f"{reply.status}: {parse_refusal(reply.body) or '-'}"
        match reply.status:
            case 200:
                return parse_json(reply.body, self.name)
            case status if status in (408, 429) or status >= 500:
                raise Unavailable(f"{self.name} answered {said}")
            case _:
                raise Unauthorized(f"{self.name} refused with {said}{self._clock(reply)}")

    def _clock(self, reply: Reply) -> str:
        seconds = clock_error(reply.headers.get("Date"), self.now())
        if seconds is None or abs(seconds) < CLOCK_SECONDS:
            return ""
        return f"; this machine's clock is {abs(seconds):.0f} s {'ahead' if seconds > 0 else 'behind'}: set it right"
