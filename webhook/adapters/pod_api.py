"""The Kubernetes API from within a pod, by the token of its account; a few reads, without the client library."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from webhook.adapters.http import Reply
from webhook.core.deadline import Deadline, Monotonic
from webhook.core.printable import printable
from webhook.errors import Absent, ClusterFailed, Forbidden, LookupFailed

CALL_SECONDS = 10.0

JSON = "application/json"


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


@dataclass(frozen=True, slots=True)
class PodApi:
    """Reads at *url*, `https://host:port`. The token is read anew for each call: the kubelet renews it."""

    url: str
    token: Path
    http: Http
    clock: Monotonic

    def get(self, what: str, path: str, *, accept: str = JSON) -> bytes:
        """Return the answer to a GET, of the kind *accept*.

        Raises:
            ClusterFailed: there is none, or another one than it should be; or there is no token.
        """
        try:
            headers = {"Accept": accept, "Authorization": f"Bearer {self.token.read_text('ascii').strip()}"}
        except (OSError, UnicodeDecodeError) as error:
            raise ClusterFailed(f"{self.token}: holds no token of the cluster") from error
        deadline = Deadline(self.clock() + CALL_SECONDS, self.clock)
        try:
            reply = self.http.send("GET", self.url + path, headers=headers, deadline=deadline)
        except LookupFailed as error:
            raise ClusterFailed(f"{what}: {error}") from error
        if reply.status != 200:
            raise _refusal(reply.status)(f"{what}: HTTP {reply.status}: {_message(reply.body)}")
        return reply.body


def _refusal(status: int) -> Callable[[str], ClusterFailed]:
    return {403: Forbidden, 404: Absent}.get(status, ClusterFailed)


def _message(body: bytes) -> str:
    """Return what a Status of the API server says."""
    try:
        status: Any = json.loads(body)
        return printable(str(status["message"]), limit=200)
    except (ValueError, LookupError, TypeError):
        return "no reason given"
