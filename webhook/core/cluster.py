"""Objects of a cluster that commands read and write to keep the gate's installation in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

Version = NewType("Version", str)
"""An object's `resourceVersion`: a write that names an old one is refused, so nobody's change is lost."""


@dataclass(frozen=True, slots=True)
class ObjectName:
    """Names an object of a known kind in a namespace."""

    namespace: str
    name: str

    def __str__(self) -> str:
        """Write it as people do."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """A Secret as it is stored."""

    version: Version
    data: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredConfigMap:
    """A ConfigMap as it is stored."""

    version: Version
    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Lease:
    """A Lease: who may act now."""

    version: Version
    holder: str = ""
    """Empty where nobody holds it."""
    renewed: datetime | None = None
    seconds: int = 0
    """How long it is held after it was renewed."""

    def held_by_another(self, holder: str, *, now: datetime) -> bool:
        """Tell whether somebody else than *holder* holds it.

        One that was renewed further ahead than it lasts was renewed by a clock that is wrong, and counts
        as free: it would be held for as long as that clock is ahead.
        """
        if not self.holder or self.holder == holder or self.renewed is None:
            return False
        return abs((now - self.renewed).total_seconds()) < self.seconds
