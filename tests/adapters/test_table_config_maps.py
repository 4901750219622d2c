"""A table in ConfigMaps."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from webhook.adapters.table_config_maps import TableConfigMaps
from webhook.core.cluster import ObjectName, StoredConfigMap, Version
from webhook.core.table_pieces import ENTRIES, HISTORY, STATE, Piece, prefixes
from webhook.errors import Absent, ClusterFailed, Conflict, Forbidden

TABLE = ObjectName("scangate", "t")
FILES = {ENTRIES: "{}\n", HISTORY: "{}\n"}


@dataclass
class Namespace:
    """The ConfigMaps of a namespace."""

    content: dict[str, StoredConfigMap] = field(default_factory=dict)
    labels: dict[str, Mapping[str, str]] = field(default_factory=dict)
    allowed: frozenset[str] | None = None
    """The names that one may read; nothing may be made then."""
    asked: list[str] = field(default_factory=list)

    def config_map(self, where: ObjectName) -> StoredConfigMap:
        """Return one."""
        name = where.name
        self.asked.append(name)
        if self.allowed is not None and name not in self.allowed:
            raise Forbidden(f"configmap {name}: cannot get")
        if name not in self.content:
            raise Absent(name)
        return self.content[name]

    def make_config_map(self, where: ObjectName, data: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Make one."""
        name = where.name
        if self.allowed is not None:
            raise Forbidden(f"configmap {name}: cannot create")
        if name in self.content:
            raise Conflict(name)
        self.content[name] = StoredConfigMap(Version("1"), data)
        self.labels[name] = labels

    def store_config_map(self, where: ObjectName, version: Version, data: Mapping[str, str]) -> None:
        """Change one."""
        name = where.name
        found = self.content[name]
        if found.version != version:
            raise Conflict(name)
        self.content[name] = StoredConfigMap(Version(f"{version}1"), {**found.data, **data})


def test_written_and_read() -> None:
    """Keys of a ConfigMap have its name, so that those of all pieces can be mounted into one folder."""
    namespace = Namespace()
    table = TableConfigMaps(namespace, TABLE)
    table.write("", {STATE: "s"}, None)
    table.write("f", FILES, None)
    assert {name: set(found.data) for name, found in namespace.content.items()} == {
        "t": {"t.state"},
        "t-f": {"t-f.scans.json", "t-f.history"},
    }
    assert table.read() == {"": Piece(Version("1"), {STATE: "s"}), "f": Piece(Version("1"), FILES)}


def test_labels() -> None:
    """What is made here can be found."""
    namespace = Namespace()
    TableConfigMaps(namespace, TABLE).write("0", FILES, None)
    assert namespace.labels["t-0"]["scangate.dev/table"] == "t"
    assert namespace.labels["t-0"]["app.kubernetes.io/managed-by"] == "scangate"


def test_over_a_version() -> None:
    """A piece is changed if it is of the version that was read, and made if there was none."""
    namespace = Namespace()
    table = TableConfigMaps(namespace, TABLE)
    table.write("0", FILES, None)
    table.write("0", {ENTRIES: "other"}, Version("1"))
    assert table.read()["0"].files == {**FILES, ENTRIES: "other"}
    for version in (Version("1"), None):
        with pytest.raises(Conflict):
            table.write("0", FILES, version)


def test_small_pieces() -> None:
    """They are asked for where there are any, and cost one question where there are none."""
    namespace = Namespace()
    table = TableConfigMaps(namespace, TABLE)
    assert table.read() == {}
    assert len(namespace.asked) == 1 + 16 + 1
    table.write("00", FILES, None)
    table.write("ff", FILES, None)
    assert set(table.read()) == {"00", "ff"}


def test_keys_of_others() -> None:
    """They are no part of the table."""
    namespace = Namespace({"t-0": StoredConfigMap(Version("1"), {"t-0.scans.json": "{}", "other.json": "{}"})})
    assert TableConfigMaps(namespace, TABLE).read()["0"].files == {ENTRIES: "{}"}


def test_rights_to_named_pieces() -> None:
    """An account that may read 17 ConfigMaps by their names is not refused for asking whether there are more."""
    names = ["t", *(f"t-{prefix}" for prefix in prefixes(1))]
    namespace = Namespace({name: StoredConfigMap(Version("1"), {}) for name in names}, allowed=frozenset(names))
    table = TableConfigMaps(namespace, TABLE)
    assert len(table.read()) == 17
    table.write("3", FILES, Version("1"))
    with pytest.raises(ClusterFailed, match=r"256 of them \(value tableSync.pieces"):
        table.write("00", FILES, None)


def test_right_that_is_missing() -> None:
    """A piece that may not be read is no piece that is not there."""
    with pytest.raises(Forbidden):
        TableConfigMaps(Namespace(allowed=frozenset({"t"})), TABLE).read()
