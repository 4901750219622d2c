"""Calls of a cluster's API as the adapters of an audit make them, strict about every field that is written."""

import json
from pathlib import Path

from tests.e2e.api import Answer, Api
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden

REFUSALS = {403: Forbidden, 404: Absent, 409: Conflict}


class Calls:
    """The calls of the user of a kubeconfig."""

    def __init__(self, kubeconfig: Path) -> None:
        """Make calls as that one."""
        self._api = Api(kubeconfig)
        self.writes: list[str] = []
        """Methods and paths of what was written."""

    def get(self, what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Read."""
        return _body(what, self._api.send("GET", path, accept=accept))

    def call(self, method: str, what: str, path: str, *, body: object = None) -> bytes:
        """Write; a field that the API does not know is an error."""
        strict = "" if method == "DELETE" else "?fieldValidation=Strict"
        answer = self._api.send(method, f"{path}{strict}", body)
        if answer.ok:
            self.writes.append(f"{method} {path}")
        assert answer.warnings == ()
        return _body(what, answer)


def _body(what: str, answer: Answer) -> bytes:
    if not answer.ok:
        raise REFUSALS.get(answer.status, ClusterFailed)(f"{what}: HTTP {answer.status}: {answer.message}")
    return json.dumps(answer.document).encode()
