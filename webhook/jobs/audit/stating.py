"""The state of the last audit, kept where the gate finds it."""

from dataclasses import dataclass
from typing import Protocol

from webhook.core.audit_state import render_audit_state, state_of
from webhook.core.cluster_audit import Audited, AuditReport


class Shelf(Protocol):
    """Where the state lies."""

    def put(self, text: str) -> None:
        """Put it there in the place of the last one. Raises `ClusterFailed`."""
        ...


@dataclass(frozen=True, slots=True)
class State:
    """Writes the state when the audit is over."""

    shelf: Shelf

    def owner(self, audited: Audited) -> None:
        """Do nothing: the report counts."""

    def finish(self, report: AuditReport) -> None:
        """Write it."""
        self.shelf.put(render_audit_state(state_of(report)))
