"""From ConfigMaps to files."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from webhook.core.cluster import Version
from webhook.errors import Absent, ClusterFailed
from webhook.jobs.table_fetch.follower import Follower


@dataclass(frozen=True)
class Found:
    """A ConfigMap."""

    version: Version
    data: Mapping[str, str]


@dataclass
class Namespace:
    """ConfigMaps that others change."""

    content: dict[str, Found] = field(default_factory=dict)
    down: bool = False
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _: None
    """Is told of each ConfigMap before it is read."""

    def put(self, name: str, **data: str) -> None:
        """Change one; a suffix stands for a key."""
        version = int(self.content[name].version) + 1 if name in self.content else 1
        self.content[name] = Found(Version(str(version)), {f"{name}.{key}": text for key, text in data.items()})

    def versions(self) -> Mapping[str, Version]:
        """Return them."""
        if self.down:
            raise ClusterFailed("nobody answers")
        return {name: found.version for name, found in self.content.items()}

    def get(self, name: str) -> Found:
        """Return one."""
        self.before(name)
        self.asked.append(name)
        if name not in self.content:
            raise Absent(name)
        return self.content[name]


@dataclass
class Files:
    """A folder."""

    snapshots: list[Mapping[str, str]] = field(default_factory=list)

    def exists(self) -> bool:
        """Tell whether there is one."""
        return bool(self.snapshots)

    def there(self) -> frozenset[str]:
        """Return the names of its files."""
        return frozenset(self.snapshots[-1] if self.snapshots else ())

    def put(self, files: Mapping[str, str]) -> None:
        """Replace all of them."""
        self.snapshots.append(files)


def following(namespace: Namespace) -> tuple[Follower, Files]:
    """Return what follows it, and the folder."""
    files = Files()
    return Follower(namespace, files, logging.getLogger("test")), files


def test_all_of_them() -> None:
    """Keys that are part of a table become files, called by both names."""
    namespace = Namespace()
    namespace.put("a", json="1", history="2", txt="3")
    namespace.put("b", state="4", yaml="5")
    follower, files = following(namespace)
    assert follower.look()
    assert files.snapshots == [{"a~a.json": "1", "a~a.history": "2", "b~b.state": "4", "b~b.yaml": "5"}]


def test_nothing_new() -> None:
    """Nothing is read again, and nothing written."""
    namespace = Namespace()
    namespace.put("a", json="1")
    follower, files = following(namespace)
    assert follower.look()
    assert follower.look()
    assert namespace.asked == ["a"]
    assert len(files.snapshots) == 1


def test_what_has_changed() -> None:
    """Only that is read."""
    namespace = Namespace()
    for name in "abc":
        namespace.put(name, json="1")
    follower, files = following(namespace)
    follower.look()
    namespace.asked.clear()
    namespace.put("b", json="2")
    namespace.put("d", json="3")
    del namespace.content["c"]
    assert follower.look()
    assert sorted(namespace.asked) == ["b", "d"]
    assert files.snapshots[-1] == {"a~a.json": "1", "b~b.json": "2", "d~d.json": "3"}


def test_one_moment() -> None:
    """An entry that moves from one ConfigMap to another while they are read is never missing."""
    namespace = Namespace()
    namespace.put("new", json="")
    namespace.put("old", json="entry")

    def move(name: str) -> None:
        if name == "old":
            namespace.before = lambda _: None
            namespace.put("new", json="entry")
            namespace.put("old", json="")

    namespace.before = move
    follower, files = following(namespace)
    assert follower.look()
    assert files.snapshots == [{"new~new.json": "entry", "old~old.json": ""}]


def test_no_such_moment() -> None:
    """While they change all the time nothing is taken over."""
    namespace = Namespace()
    namespace.put("a", json="1")
    namespace.before = _restless(namespace)
    follower, files = following(namespace)
    assert not follower.look()
    assert not files.snapshots


def _restless(namespace: Namespace) -> Callable[[str], None]:
    def change(_: str) -> None:
        namespace.put("b" if len(namespace.asked) % 2 else "c", json=str(len(namespace.asked)))

    return change


def test_one_that_is_gone_meanwhile() -> None:
    """It is left out."""
    namespace = Namespace()
    namespace.put("a", json="1")
    namespace.put("b", json="2")

    def remove(_: str) -> None:
        namespace.content.pop("b", None)

    namespace.before = remove
    follower, files = following(namespace)
    assert follower.look()
    assert files.snapshots == [{"a~a.json": "1"}]


def test_outage_of_the_cluster(caplog: pytest.LogCaptureFixture) -> None:
    """The folder stays as it is, which is said once; what has changed meanwhile is taken up afterwards."""
    namespace = Namespace()
    namespace.put("a", json="1")
    follower, files = following(namespace)
    follower.look()
    namespace.down = True
    assert not follower.look()
    assert not follower.look()
    problems = [record.message for record in caplog.records if record.levelno == logging.ERROR]
    assert problems == ["the table is kept as it was: nobody answers"]
    namespace.down = False
    namespace.put("a", json="2")
    assert follower.look()
    assert files.snapshots == [{"a~a.json": "1"}, {"a~a.json": "2"}]


def test_all_of_them_are_gone(caplog: pytest.LogCaptureFixture) -> None:
    """The folder stays as it is, also for a process that was started again."""
    namespace = Namespace()
    namespace.put("a", json="1")
    follower, files = following(namespace)
    follower.look()
    namespace.content.clear()
    assert not follower.look()
    assert not Follower(namespace, files, logging.getLogger("test")).look()
    assert len(files.snapshots) == 1
    assert "no ConfigMap has its labels any more" in caplog.text


def test_none_yet() -> None:
    """A table that nobody has made yet is an empty folder, so that the gate can start."""
    follower, files = following(Namespace())
    assert follower.look()
    assert files.snapshots == [{}]
