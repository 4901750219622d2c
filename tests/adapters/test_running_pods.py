"""The pods of a cluster, page by page."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api_server import serving
from webhook.adapters.cluster import connect
from webhook.adapters.cluster_reads import PAGE_SIZE
from webhook.adapters.running_pods import MAX_RENEWALS, PAUSE_SECONDS, TRIES, ClusterPods
from webhook.core.audit_scope import NamespaceScope
from webhook.errors import Absent, ClusterFailed, Forbidden, Gone

ALL = ("a/1", "a/2", "b-x/1", "b/1", "b/2", "c/1")
"""As an API server orders them: by the text of namespace and name."""

LOG = logging.getLogger("test")


@dataclass
class Lists:
    """An API server with some pods, of which it gives two at a time."""

    pods: list[str] = field(default_factory=lambda: list(ALL))
    failures: list[ClusterFailed | None] = field(default_factory=list)
    """What happens to each of the next calls for pods."""
    namespaces: dict[str, ClusterFailed] = field(default_factory=dict)
    changed: Callable[["Lists"], object] = lambda _: None
    """Is told of each call before it is answered."""
    calls: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def get(self, what: str, path: str, *, accept: str = "application/json") -> bytes:
        """Answer a call; a token names the pod that comes next."""
        self.calls.append(path)
        self.changed(self)
        where, query = urlsplit(path).path, parse_qs(urlsplit(path).query)
        if not where.endswith("/pods"):
            if where.rpartition("/")[2] in self.namespaces:
                raise self.namespaces[where.rpartition("/")[2]]
            return b"{}"
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        assert query["limit"] == [str(PAGE_SIZE)]
        namespace = where.split("/")[4] if "namespaces" in where else None
        first = query.get("continue", [""])[0]
        found = [key for key in self.pods if key >= first and namespace in (None, key.partition("/")[0])]
        return _page(found[:2], found[2:])

    def pods_of(self, **scope: frozenset[str]) -> ClusterPods:
        """Return what reads them."""
        return ClusterPods(get=self.get, scope=NamespaceScope(**scope), sleep=self.slept.append, log=LOG)

    def keys(self, **scope: frozenset[str]) -> list[str]:
        """Read all of them."""
        return [pod.key for pod in self.pods_of(**scope).each()]


def _page(keys: list[str], rest: list[str]) -> bytes:
    items = [{"metadata": dict(zip(("namespace", "name"), key.split("/"), strict=True))} for key in keys]
    metadata: dict[str, Any] = {"continue": rest[0], "remainingItemCount": len(rest)} if rest else {}
    return json.dumps({"metadata": metadata, "items": items}).encode()


def test_every_pod_once() -> None:
    """Page after page, in order; and it is known how many are left."""
    lists = Lists()
    found = list(lists.pods_of().each())
    assert [pod.key for pod in found] == list(ALL)
    assert [pod.left for pod in found] == [5, 4, 3, 2, 1, 0]
    assert json.loads(bytes(found[0].document)) == {"metadata": {"namespace": "a", "name": "1"}}
    assert len(lists.calls) == 3


def test_some_namespaces() -> None:
    """Named ones are asked for by themselves; those that are left out are read over."""
    lists = Lists()
    assert lists.keys(only=frozenset({"c", "a"})) == ["a/1", "a/2", "c/1"]
    assert "/api/v1/pods" not in {urlsplit(call).path for call in lists.calls}
    assert Lists().keys(without=frozenset({"b"})) == ["a/1", "a/2", "b-x/1", "c/1"]
    assert Lists().keys(only=frozenset({"c", "a"}), without=frozenset({"a"})) == ["c/1"]


def test_a_namespace_that_is_not_there() -> None:
    """It is not taken for one in which all is well; who may not ask reads its pods anyway."""
    with pytest.raises(Absent):
        Lists(namespaces={"c": Absent("namespace c: not found")}).keys(only=frozenset({"a", "c"}))
    lists = Lists(namespaces={"a": Forbidden("no")})
    assert lists.keys(only=frozenset({"a"})) == ["a/1", "a/2"]


def test_read_on_with_the_token_of_the_refusal() -> None:
    """A list that has become too old is read on from the newest state, behind what was read."""
    lists = Lists(failures=[None, Gone("pods: too old", "b-x/1")])
    assert lists.keys() == list(ALL)
    assert lists.slept == []


def test_begun_again() -> None:
    """Where there is no such token, what was read is not given out again, and what comes behind it is not lost."""

    def change(lists: Lists) -> None:
        if len(lists.calls) == 3:
            lists.pods = ["a/0", "a/1", "b-x/1", "b/1", "b/1-new", "b/2", "c/1"]

    lists = Lists(failures=[None, Gone("pods: too old")], changed=change)
    assert lists.keys() == ["a/1", "a/2", "b-x/1", "b/1", "b/1-new", "b/2", "c/1"]


def test_too_old_at_once() -> None:
    """A first page that is too old is asked for again."""
    assert Lists(failures=[Gone("pods: too old")]).keys() == list(ALL)


def test_too_old_for_ever() -> None:
    """It is given up in the end."""
    failures: list[ClusterFailed | None] = [Gone("pods: too old") for _ in range(MAX_RENEWALS + 1)]
    with pytest.raises(Gone):
        Lists(failures=failures).keys()


def test_a_short_trouble() -> None:
    """A page is asked for again after a pause, and nothing is lost."""
    lists = Lists(failures=[None, ClusterFailed("pods: HTTP 500"), ClusterFailed("pods: HTTP 500")])
    assert lists.keys() == list(ALL)
    assert lists.slept == [PAUSE_SECONDS, 2 * PAUSE_SECONDS]


@pytest.mark.parametrize(
    ("failure", "calls"), [(ClusterFailed("pods: HTTP 500"), TRIES), (Forbidden("no"), 1), (Absent("no"), 1)]
)
def test_trouble_that_stays(failure: ClusterFailed, calls: int) -> None:
    """What will not change is not tried again; all else is given up after some tries."""
    lists = Lists(failures=[failure] * TRIES)
    with pytest.raises(type(failure)):
        lists.keys()
    assert len(lists.calls) == calls


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"items": [{}]}', b'{"metadata": {}, "items": [{}]}'])
def test_answer_that_is_none(answer: bytes) -> None:
    """It is refused: half of a list must not look like all of it."""
    pods = ClusterPods(get=lambda *_, **__: answer, scope=NamespaceScope(), sleep=lambda _: None, log=LOG)
    with pytest.raises(ClusterFailed, match="not one"):
        list(pods.each())


@pytest.mark.parametrize("answer", [b'{"metadata": {}}', b'{"metadata": {}, "items": null}'])
def test_no_pods(answer: bytes) -> None:
    """An empty list may be written in several ways."""
    pods = ClusterPods(get=lambda *_, **__: answer, scope=NamespaceScope(), sleep=lambda _: None, log=LOG)
    assert list(pods.each()) == []


def test_over_a_socket(tmp_path: Path) -> None:
    """The same over the client library, with what the API server says of missing rights."""
    document = {"metadata": {}, "items": [{"metadata": {"namespace": "a", "name": "1"}}]}
    with serving(tmp_path, {"/api/v1/pods": document}) as server:
        get = connect(str(server.kubeconfig)).get
        pods = ClusterPods(get=get, scope=NamespaceScope(), sleep=lambda _: None, log=LOG)
        assert [pod.key for pod in pods.each()] == ["a/1"]
        server.forbidden.add(("GET", "/api/v1/pods"))
        with pytest.raises(Forbidden, match="cannot get"):
            list(pods.each())
