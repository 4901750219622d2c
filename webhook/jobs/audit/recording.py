"""Audit records of what runs, a line for each owner."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from webhook.core.audit_records import render_audit_record
from webhook.core.cluster_audit import Audited, AuditReport
from webhook.core.policy import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Writes a record of each owner that runs something that would not simply be admitted."""

    emit: Callable[[Mapping[str, Any]], object]
    now: Callable[[], datetime]
    clean: bool = False
    """Whether to write one of all others, too."""

    def owner(self, audited: Audited) -> None:
        """Write the record of an owner."""
        if self.clean or audited.verdict.action is not Action.ALLOW:
            self.emit(render_audit_record(audited, at=self.now()))

    def finish(self, report: AuditReport) -> None:
        """Do nothing: each record stands for itself."""
