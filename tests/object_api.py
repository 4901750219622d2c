"""The API of a cluster in memory, call by call: objects are listed, read, made, replaced and deleted, with versions."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden

Document = dict[str, Any]


@dataclass
class ObjectApi:
    """Objects by their paths, as the API server that answers `webhook.adapters.cluster` has them."""

    objects: dict[str, Document] = field(default_factory=dict)
    known: bool = True
    """Whether the cluster knows the kind."""
    forbidden: set[str] = field(default_factory=set)
    """Methods that the account may not use."""
    broken: dict[str, bytes] = field(default_factory=dict)
    """What is answered to some methods instead."""
    before: Callable[[str, str], None] = lambda _method, _path: None
    """Is told of each call before it is done."""
    page_size: int = 2
    """An API server may give fewer than it was asked for."""
    calls: list[str] = field(default_factory=list)
    """The methods so far."""
    _version: int = 0

    def get(self, what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Do what the API server would do; what is asked for is never the whole of objects."""
        assert "as=PartialObjectMetadata" in accept
        return self.call("GET", what, path)

    def call(self, method: str, what: str, path: str, *, body: Any = None) -> bytes:
        """Do what the API server would do."""
        self.before(method, path)
        self.calls.append(method)
        if method in self.broken:
            return self.broken[method]
        if method in self.forbidden:
            raise Forbidden(f"{what}: HTTP 403: may not {method}")
        if not self.known:
            raise Absent(f"{what}: not found")
        return json.dumps(getattr(self, f"_{method.lower()}")(what, path, body)).encode()

    def put(self, path: str, document: Document) -> Document:
        """Store an object, as somebody else would."""
        self._version += 1
        metadata = {"uid": f"uid-{self._version}", **document["metadata"], "resourceVersion": str(self._version)}
        self.objects[path] = {**document, "metadata": metadata}
        return self.objects[path]

    def _get(self, what: str, path: str, _body: object) -> Document:
        url = urlsplit(path)
        asked = {name: values[0] for name, values in parse_qs(url.query).items()}
        if not asked:
            return {"metadata": self._there(what, path)["metadata"]}
        label, _, value = asked["labelSelector"].partition("=")
        there = [each for each in self.objects.values() if each["metadata"].get("labels", {}).get(label) == value]
        begin = int(asked.get("continue", "0"))
        end = begin + self.page_size
        items = [{"metadata": each["metadata"]} for each in there[begin:end]]
        return {"metadata": {"continue": str(end)} if end < len(there) else {}, "items": items or None}

    def _post(self, what: str, path: str, body: Document) -> Document:
        place = f"{path}/{body['metadata']['name']}"
        if place in self.objects:
            raise Conflict(f"{what}: was changed by somebody else")
        return self.put(place, body)

    def _put(self, what: str, path: str, body: Document) -> Document:
        self._holds(what, path, body["metadata"])
        return self.put(path, body)

    def _delete(self, what: str, path: str, body: Document) -> Document:
        self._holds(what, path, body["preconditions"])
        return self.objects.pop(path)

    def _there(self, what: str, path: str) -> Document:
        if path not in self.objects:
            raise Absent(f"{what}: not found")
        return self.objects[path]

    def _holds(self, what: str, path: str, expected: Document) -> None:
        there = self._there(what, path)["metadata"]
        if any(there[name] != expected.get(name, there[name]) for name in ("uid", "resourceVersion")):
            raise Conflict(f"{what}: was changed by somebody else")


def silent(_method: str, _path: str) -> None:
    """Raise as an API server that does not answer."""
    raise ClusterFailed("the API server does not answer")
