"""From the ConfigMaps with certain labels to files: a look at their versions, and a read of what has changed."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from webhook.core import history, table_state
from webhook.core.cluster import Version
from webhook.errors import Absent, ClusterFailed

SUFFIXES = (".yaml", ".yml", ".json", history.SUFFIX, table_state.SUFFIX)
"""Of keys that become files: others are no part of a lookup table."""

TRIES = 10
"""A synchronisation writes its pieces within seconds; what still changes then is read at the next look."""


class ConfigMap(Protocol):
    """A ConfigMap as it is stored."""

    @property
    def version(self) -> Version:
        """Its version."""
        ...

    @property
    def data(self) -> Mapping[str, str]:
        """Its texts, by key."""
        ...


class ConfigMaps(Protocol):
    """The ConfigMaps in question."""

    def versions(self) -> Mapping[str, Version]:
        """Return name and version of each."""
        ...

    def get(self, name: str) -> ConfigMap:
        """Return one of them. Raises `Absent`."""
        ...


class Folder(Protocol):
    """Where the files go."""

    def exists(self) -> bool:
        """Tell whether there is a snapshot."""
        ...

    def there(self) -> frozenset[str]:
        """Return the names of the files of the newest snapshot."""
        ...

    def put(self, files: Mapping[str, str]) -> None:
        """Put these in the place of all of them, at once."""
        ...


@dataclass
class Follower:
    """Follows the ConfigMaps, from one look to the next."""

    config_maps: ConfigMaps
    folder: Folder
    log: logging.Logger
    _known: dict[str, ConfigMap] = field(default_factory=dict)
    _told: str | None = None

    def look(self) -> bool:
        """Look once; return whether the folder says now what the ConfigMaps do.

        What is taken over is what they were at one moment: nothing changed while they were read. Where that
        cannot be had, or the cluster does not answer, the folder stays as it is. So it does where all of
        them are gone, since that is a mistake more often than not.
        """
        try:
            found = self._read()
        except ClusterFailed as error:
            self._tell(f"the table is kept as it was: {error}")
            return False
        if found is None:
            self._tell("the table is kept as it was: its ConfigMaps change too often to be read")
            return False
        return self._take(found)

    def _read(self) -> dict[str, ConfigMap] | None:
        """Return the ConfigMaps of one moment; None where there was no such moment."""
        known = dict(self._known)
        for _ in range(TRIES):
            versions = self.config_maps.versions()
            if versions == {name: config_map.version for name, config_map in known.items()}:
                return known
            known = {name: known[name] for name in versions.keys() & known.keys()}
            for name, version in versions.items():
                if name not in known or known[name].version != version:
                    self._fetch(name, known)
        return None

    def _fetch(self, name: str, known: dict[str, ConfigMap]) -> None:
        try:
            known[name] = self.config_maps.get(name)
        except Absent:
            known.pop(name, None)

    def _take(self, found: dict[str, ConfigMap]) -> bool:
        if not found and self.folder.there():
            self._tell("the table is kept as it was: no ConfigMap has its labels any more")
            return False
        if found != self._known or not self.folder.exists():
            self.folder.put(_files(found))
            self.log.info("the table was fetched", extra={"fields": {"configMaps": len(found)}})
        self._known, self._told = found, None
        return True

    def _tell(self, problem: str) -> None:
        """Say what is wrong once, and not at every look."""
        if problem != self._told:
            self._told = problem
            self.log.error(problem)


def _files(found: Mapping[str, ConfigMap]) -> Mapping[str, str]:
    """Return the files, by a name that no two keys of different ConfigMaps have in common: `~` stands in neither."""
    return {
        f"{name}~{key}": text
        for name, config_map in found.items()
        for key, text in config_map.data.items()
        if key.endswith(SUFFIXES)
    }
