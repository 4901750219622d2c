"""A synchronised lookup table in ConfigMaps: one for each piece, and one for the state."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Protocol

from webhook.core.cluster import ObjectName, StoredConfigMap, Version
from webhook.core.table_pieces import DEPTHS, STATE_PREFIX, Piece, prefixes
from webhook.errors import Absent, ClusterFailed, Forbidden

TABLE_LABEL = "scangate.dev/table"
"""Has the table's name; by it the ConfigMaps of a table are found."""

LABELS = {"app.kubernetes.io/managed-by": "scangate", "app.kubernetes.io/component": "table"}
"""Of ConfigMaps that are made here. Those of the chart are made by Helm, and belong to it."""


class ConfigMaps(Protocol):
    """The ConfigMaps of a cluster."""

    def config_map(self, name: ObjectName) -> StoredConfigMap:
        """Return one. Raises `Absent`."""
        ...

    def make_config_map(self, name: ObjectName, data: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Make one. Raises `Conflict` where there is one."""
        ...

    def store_config_map(self, name: ObjectName, version: Version, data: Mapping[str, str]) -> None:
        """Put *data* into that version of one. Raises `Conflict`."""
        ...


class TableConfigMaps:
    """The pieces of one table. Their ConfigMaps are called as the table, with the prefix at the end."""

    def __init__(self, config_maps: ConfigMaps, table: ObjectName) -> None:
        """Keep the table of that name, in its namespace."""
        self._config_maps = config_maps
        self._table = table

    def read(self) -> Mapping[str, Piece]:
        """Return every piece that is there, by prefix. Raises `ClusterFailed`."""
        return {prefix: piece for prefix, piece in self._read() if piece is not None}

    def write(self, prefix: str, files: Mapping[str, str], version: Version | None) -> None:
        """Write a piece over that version of it, or make it.

        Raises:
            Conflict: it is of another version, or there already.
            ClusterFailed: it may not be made; the message says what would help.
        """
        name = self._name(prefix)
        data = {f"{name}{suffix}": text for suffix, text in files.items()}
        if version is not None:
            self._config_maps.store_config_map(self._object(name), version, data)
            return
        try:
            labels = {**LABELS, TABLE_LABEL: self._table.name}
            self._config_maps.make_config_map(self._object(name), data, labels)
        except Forbidden as error:
            raise ClusterFailed(
                f"{error}; make the ConfigMaps of the table beforehand, {16 ** max(1, len(prefix))} of them "
                "(value tableSync.pieces of the chart), or allow this account to create ConfigMaps"
            ) from error

    def _read(self) -> Iterator[tuple[str, Piece | None]]:
        yield STATE_PREFIX, self._piece(STATE_PREFIX)
        for depth in DEPTHS:
            first, *others = prefixes(depth)
            piece = self._piece(first)
            yield first, piece
            # Where nobody has made the first of the small pieces there are none, and that is the rule.
            if piece is not None or depth == DEPTHS[0]:
                yield from ((prefix, self._piece(prefix)) for prefix in others)

    def _piece(self, prefix: str) -> Piece | None:
        name = self._name(prefix)
        # An account that may read pieces by their names is not told whether there are others.
        with suppress(Absent, *((Forbidden,) if len(prefix) == DEPTHS[-1] else ())):
            found = self._config_maps.config_map(self._object(name))
            return Piece(
                found.version,
                {key.removeprefix(name): text for key, text in found.data.items() if key.startswith(f"{name}.")},
            )
        return None

    def _name(self, prefix: str) -> str:
        return f"{self._table.name}-{prefix}" if prefix else self._table.name

    def _object(self, name: str) -> ObjectName:
        return ObjectName(self._table.namespace, name)
