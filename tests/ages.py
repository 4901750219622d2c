"""What jobs leave beside a gate: a synchronised table and the result of an audit."""

from pathlib import Path

from tests.builders import NOW
from webhook.core.audit_state import AuditState, ViolationCount, render_audit_state
from webhook.core.policy import Action, Mode
from webhook.core.reasons import Reason
from webhook.core.table_state import TableState, render_state

SYNCED = TableState(synced_at=NOW, images=1, entries=1)

VIOLATION = ViolationCount(decision=Action.DENY, mode=Mode.ENFORCE, reason=Reason.STALE, images=1, pods=2)

AUDITED = AuditState(
    started_at=NOW,
    finished_at=NOW,
    whole=True,
    namespaces=1,
    owners=1,
    pods=2,
    images=1,
    violations=(VIOLATION,),
)

SETTINGS = {"table": "table", "auditStateFile": "audit.state"}
"""By which a gate finds them."""


def write_jobs(folder: Path) -> None:
    """Write what they left for a gate whose files are in *folder*."""
    (folder / "table").mkdir()
    (folder / "table" / "entries.yaml").write_text("sha256:" + "0" * 64 + ": che1\n")
    (folder / "table" / "synced.state").write_text(render_state(SYNCED))
    (folder / "audit.state").write_text(render_audit_state(AUDITED))
