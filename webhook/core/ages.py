"""What the lookup table, the exceptions and the last audit come to as metrics: how old they are, and when they end."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from webhook.core import metrics
from webhook.core.audit_state import AuditState
from webhook.core.exemptions import ExceptionList, Grounds
from webhook.core.metrics import Family
from webhook.core.table_state import TableState

Level = tuple[tuple[Family, tuple[str, ...]], float]
"""A gauge with the values of its labels, and its own."""


def of_tables(states: Collection[TableState]) -> Iterator[Level]:
    """Yield how old the oldest of the synchronised tables is, and whether a synchronisation failed since."""
    ends = [state.synced_at for state in states if state.synced_at is not None]
    if ends:
        yield (metrics.TABLE_SYNCED, ()), min(ends).timestamp()
    if states:
        yield (metrics.TABLE_SYNC, ()), float(all(state.failed_at is None for state in states))


def of_exceptions(exceptions: ExceptionList, now: datetime) -> Iterator[Level]:
    """Yield how many exceptions still count, how many have ended, and when the next of them will."""
    yield from _ends("exemption", (one.grounds for one in exceptions.exemptions), now)
    yield from _ends("ignored-vulnerability", (one.grounds for one in exceptions.ignored), now)


def _ends(what: str, grounds: Iterable[Grounds], now: datetime) -> Iterator[Level]:
    ends = [one.ends for one in grounds]
    coming = [end for end in ends if end > now]
    yield (metrics.EXCEPTIONS, (what, "in-force")), float(len(coming))
    yield (metrics.EXCEPTIONS, (what, "ended")), float(len(ends) - len(coming))
    if coming:
        yield (metrics.EXCEPTION_EXPIRY, (what,)), min(coming).timestamp()


def of_audit(state: AuditState) -> Iterator[Level]:
    """Yield what the last audit came to."""
    yield (metrics.AUDIT_FINISHED, ()), state.finished_at.timestamp()
    yield (metrics.AUDIT_WHOLE, ()), float(state.whole)
    yield (metrics.AUDIT_PODS, ()), float(state.pods)
    yield (metrics.AUDIT_IMAGES, ()), float(state.images)
    for one in state.violations:
        labels = (one.decision.value, one.mode.value, one.reason.value)
        yield (metrics.AUDIT_VIOLATING_PODS, labels), float(one.pods)
        yield (metrics.AUDIT_VIOLATING_IMAGES, labels), float(one.images)
