"""Calls of the Container Registry API: sent with a token, and each status turned into what it means."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from webhook.adapters.http import Reply
from webhook.core.answers import parse_json
from webhook.core.deadline import Deadline
from webhook.core.printable import printable
from webhook.errors import NotFound, Unauthorized, Unavailable, Unreadable

BASE_PATH = "/container-registry/v1"


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


class Tokens(Protocol):
    """Gives IAM tokens."""

    def token(self, deadline: Deadline) -> str:
        """Return the token to use now. Raises a `LookupFailed` where there is none."""
        ...

    def renewed(self, stale: str, deadline: Deadline) -> str:
        """Return another token than *stale*, which was refused. Raises `Unauthorized` where there is none."""
        ...


Endpoint = Callable[[Deadline], str]
"""Gives the base URL of a service, `https://host[:port]`; raises a `LookupFailed` where it cannot be found out."""


class Calls:
    """Sends requests to the API."""

    def __init__(self, *, endpoint: Endpoint, tokens: Tokens, http: Http) -> None:
        """Call the API at *endpoint*."""
        self._endpoint = endpoint
        self._tokens = tokens
        self._http = http

    def get(self, path: str, what: str, deadline: Deadline) -> Any:
        """Return what the API says of *what*, which is at *path*. Raises as `send`."""
        return parse_json(self.send("GET", path, what, deadline).body)

    def send(self, method: str, path: str, what: str, deadline: Deadline, body: bytes | None = None) -> Reply:
        """Send a request; a token that has ended in the meantime is renewed and the request sent once more.

        Raises:
            LookupFailed: one of its kinds, where there is no usable answer.
        """
        token = self._tokens.token(deadline)
        reply = self._sent(method, path, token, deadline, body)
        if reply.status == 401:
            reply = self._sent(method, path, self._tokens.renewed(token, deadline), deadline, body)
        _check(reply, what)
        return reply

    def _sent(self, method: str, path: str, token: str, deadline: Deadline, body: bytes | None) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        url = self._endpoint(deadline) + BASE_PATH + path
        return self._http.send(method, url, headers=headers, deadline=deadline, body=body)


def _check(reply: Reply, what: str) -> None:
    """Turn every status but 200 into the failure that it means.

    A read of something that does not exist is answered with 404, and by some methods with 400. Only the
    API itself is believed in that: a proxy's error page does not make a scan gone.
    """
    said = _message(reply)
    match reply.status:
        case 200:
            return
        case 400 | 404 if said is not None:
            raise NotFound(f"the registry has no {what}: {said}")
        case 401 | 403:
            raise Unauthorized(f"the registry refused the gate's credentials with {reply.status}: {said or '-'}")
        case status if status in (408, 429) or status >= 500:
            raise Unavailable(f"the registry answered {status}: {said or '-'}")
        case status:
            raise Unreadable(f"something that is not the registry's API answered {status}")


def _message(reply: Reply) -> str | None:
    """Return what a `google.rpc.Status` says; None where the body is something else."""
    try:
        body = parse_json(reply.body)
    except Unreadable:
        return None
    message = body.get("message") if isinstance(body, dict) else None
    return printable(message, limit=200) if isinstance(message, str) else None
