"""Where the state of the last audit lies: a file, or a ConfigMap."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from webhook.core.audit_state import KEY
from webhook.core.cluster import ObjectName, StoredConfigMap, Version
from webhook.errors import Absent, ClusterFailed, Conflict

TURNS = 5
"""Somebody else may change the ConfigMap at the same moment; not again and again."""

READABLE = 0o644


class ConfigMaps(Protocol):
    """Reads and changes ConfigMaps."""

    def config_map(self, name: ObjectName) -> StoredConfigMap:
        """Return one. Raises `Absent`."""
        ...

    def make_config_map(self, name: ObjectName, data: Mapping[str, str], labels: Mapping[str, str]) -> None:
        """Make one. Raises `Conflict` where there is one."""
        ...

    def store_config_map(self, name: ObjectName, version: Version, data: Mapping[str, str]) -> None:
        """Change that version of one. Raises `Conflict` where it is not the newest."""
        ...


@dataclass(frozen=True, slots=True)
class ConfigMapShelf:
    """One ConfigMap, whose other keys are left alone."""

    cluster: ConfigMaps
    name: ObjectName

    def put(self, text: str) -> None:
        """Put a state there. Raises `ClusterFailed`."""
        for _ in range(TURNS):
            try:
                self._put(text)
            except Conflict:
                continue
            return
        raise ClusterFailed(f"configmap {self.name}: somebody else keeps changing it")

    def _put(self, text: str) -> None:
        try:
            version = self.cluster.config_map(self.name).version
        except Absent:
            self.cluster.make_config_map(self.name, {KEY: text}, {})
        else:
            self.cluster.store_config_map(self.name, version, {KEY: text})


@dataclass(frozen=True, slots=True)
class FileShelf:
    """A file, which is never seen half-written."""

    path: Path

    def put(self, text: str) -> None:
        """Put a state there. Raises `OSError`."""
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(READABLE)
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
