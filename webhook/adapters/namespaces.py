"""Labels of namespaces, asked of the API server by name and remembered for a short while.

Not by the Kubernetes client, whose 70 MB each process that serves reviews would have to carry.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import quote

import msgspec

from webhook.adapters.http import Reply
from webhook.adapters.memory import Memory
from webhook.core.deadline import Deadline
from webhook.errors import LookupFailed, NotFound, Unauthorized, Unavailable, Unreadable

SECONDS = 10.0
"""How long labels are remembered: a namespace that is labelled anew is judged by that soon after."""

CALL_SECONDS = 2.0
"""An API server that is well answers in milliseconds; what is left of the review's time is the registry's."""


class Http(Protocol):
    """Sends a request and returns the answer, whatever its status."""

    def send(
        self, method: str, url: str, *, headers: Mapping[str, str], deadline: Deadline, body: bytes | None = None
    ) -> Reply:
        """Raise `Unavailable` where no answer came."""
        ...


class _Metadata(msgspec.Struct, frozen=True):
    name: str
    labels: dict[str, str] = {}


class _Namespace(msgspec.Struct, frozen=True):
    kind: Literal["Namespace"]
    metadata: _Metadata


class NamespaceLabels:
    """Asks the API server for one namespace at a time."""

    def __init__(self, endpoint: str, token_file: Path, *, http: Http, memory: Memory, log: logging.Logger) -> None:
        """Ask at *endpoint* with the token in *token_file*."""
        self._endpoint, self._token_file = endpoint, token_file
        self._http, self._memory, self._log = http, memory, log

    def labels(self, namespace: str, deadline: Deadline) -> Mapping[str, str] | None:
        """Return the labels of a namespace; None where they cannot be had, which the log explains."""
        try:
            found, _ = self._memory.ask(
                ("namespace", namespace), lambda: self._fetch(namespace, deadline), deadline, lambda _: SECONDS
            )
        except LookupFailed as error:
            self._log.warning("the labels of namespace %s are not known: %s", namespace, error)
            return None
        return found

    def _fetch(self, namespace: str, deadline: Deadline) -> Mapping[str, str]:
        reply = self._http.send(
            "GET",
            f"{self._endpoint}/api/v1/namespaces/{quote(namespace, safe='')}",
            headers={"Authorization": f"Bearer {self._token()}"},
            deadline=Deadline(min(deadline.at, deadline.clock() + CALL_SECONDS), deadline.clock),
        )
        _check(reply)
        try:
            metadata = msgspec.json.decode(reply.body, type=_Namespace).metadata
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unreadable("the API server's answer is not a Namespace") from error
        if metadata.name != namespace:
            raise Unreadable("the API server's answer is about another namespace")
        return metadata.labels

    def _token(self) -> str:
        try:
            return self._token_file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Unauthorized(f"{self._token_file} cannot be read") from error


class NoLabels:
    """Knows no labels: the gate was not told how to ask the API server."""

    def labels(self, namespace: str, deadline: Deadline) -> None:
        """Return None."""


def _check(reply: Reply) -> None:
    match reply.status:
        case 200:
            return
        case 404:
            raise NotFound("there is no such namespace")
        case 401 | 403:
            raise Unauthorized(
                f"the API server answered {reply.status}; the gate needs to be allowed to get namespaces"
            )
        case status if status == 429 or status >= 500:
            raise Unavailable(f"the API server answered {status}")
        case status:
            raise Unreadable(f"the API server answered {status}")
