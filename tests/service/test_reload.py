"""Policy and lookup table in mounted ConfigMaps that are swapped under the feet of a gate that is being asked."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import yaml

from tests.certificates import Authority
from tests.gates import Gate, Setup, gate
from tests.mounts import Mount
from tests.processes import Document, eventually
from tests.service.api_servers import ask_while
from tests.service.registry import App, Registry

LOOKS = 10
"""Probes and reviews that are meant to meet each of two processes."""


WORKERS = 2


@dataclass(frozen=True, slots=True)
class Mounts:
    """The two ConfigMaps."""

    policy: Mount
    table: Mount

    def publish(self, *, critical: object, table: dict[str, str] | str) -> None:
        """Let so many critical findings pass, and give the table other entries."""
        rule = {"name": "default", "limits": {"critical": critical}}
        policy = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": [rule]}
        self.policy.publish({"policy.yaml": yaml.safe_dump(policy)})
        self.table.publish({"table.yaml": yaml.safe_dump(table)})


@dataclass(frozen=True, slots=True)
class Apps:
    """Images, and what becomes of them."""

    always: App
    """Admitted by the old policy and by the new one."""
    never: App
    """By neither."""
    later: App
    """By the new one alone."""
    named: App
    """When the new table names it."""


@pytest.fixture(scope="module")
def apps(world: Registry) -> Apps:
    """The images."""
    return Apps(world.app(), world.app(critical=5), world.app(critical=1), world.app())


@pytest.fixture(scope="module")
def mounts(tmp_path_factory: pytest.TempPathFactory) -> Mounts:
    """Both ConfigMaps as they are at first."""
    folder = tmp_path_factory.mktemp("gate")
    both = Mounts(Mount(folder / "policy"), Mount(folder / "table"))
    both.publish(critical=0, table={})
    return both


@pytest.fixture(scope="module")
def server(world: Registry, mounts: Mounts, authority: Authority) -> Iterator[Gate]:
    """A gate of two processes, which looks for scans in annotations and in the table alone."""
    settings = {"policyFile": "policy/policy.yaml", "table": "table", "sources": ["annotation", "table"]}
    setup = Setup(registry=world.url, server={"workers": WORKERS}, settings=settings)
    with gate(mounts.policy.folder.parent, authority, setup) as running:
        yield running


@pytest.fixture
def load(server: Gate, apps: Apps) -> Iterator[None]:
    """Reviews that keep coming as long as the test goes on; claims that each was answered, and rightly."""
    ended = threading.Event()
    turns = (apps.always.review, apps.never.review, apps.later.review, apps.named.bare_review)
    with ThreadPoolExecutor(1) as thread:
        load = thread.submit(ask_while, server, lambda: not ended.is_set(), turns, connections=6, timeout=10)
        try:
            yield
        finally:
            ended.set()
        always, never, later, named = load.result()
    assert {answer.allowed for answer in always} == {True}
    assert {answer.allowed for answer in never} == {False}
    for answer in later:
        assert answer.allowed or "1 critical (limit 0)" in answer.message
    for answer in named:
        assert answer.allowed or "missing: no scan result is known for it" in answer.message


def taken_up(server: Gate, name: str) -> int:
    """Return how many processes have read another policy or table."""
    return [line["message"] for line in server.process.log.documents()].count(f"the {name} was read again")


def everywhere(server: Gate, review: Document, *, allowed: bool) -> bool:
    """Tell whether all processes of the gate judge a review so, as far as can be seen."""
    return all(server.judge(review)["allowed"] is allowed for _ in range(LOOKS))


def files(server: Gate) -> list[Document]:
    """Return what the processes say of their files when they are asked whether they are ready; they are."""
    probes = [server.probe("/readyz") for _ in range(LOOKS)]
    assert {probe.status for probe in probes} == {200}
    return [probe.document["details"] for probe in probes]


@pytest.mark.usefixtures("load")
def test_policy_and_table_are_swapped_under_load(server: Gate, mounts: Mounts, apps: Apps) -> None:
    """Every review is judged by the old files or by the new ones, soon by the new ones alone. Files that are wrong
    change nothing: the last good ones stay in force, and the log and /readyz say so."""
    assert everywhere(server, apps.later.review(), allowed=False)
    mounts.publish(critical=1, table={str(apps.named.digest): apps.named.scan_id})
    eventually(lambda: taken_up(server, "policy") == taken_up(server, "table") == WORKERS)
    assert everywhere(server, apps.later.review(), allowed=True)
    assert everywhere(server, apps.named.bare_review(), allowed=True)
    assert all(file == "ok" for one in files(server) for file in one.values())

    mounts.publish(critical="many", table="nothing")
    eventually(lambda: all("ok" not in (one["policy"], one["table"]) for one in files(server)))
    assert all("rules[0].limits.critical" in one["policy"] and "table.yaml" in one["table"] for one in files(server))
    said = [line["message"] for line in server.process.log.documents() if line["level"] == "error"]
    for name in ("policy", "table"):
        assert any(message.startswith(f"the {name} is kept as it was: ") for message in said)
    assert everywhere(server, apps.later.review(), allowed=True)
    assert everywhere(server, apps.named.bare_review(), allowed=True)
