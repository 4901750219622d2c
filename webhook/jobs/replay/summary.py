"""What a replay found: how many decisions change, whose they are, and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from webhook.core.audit_logs import LogLine, Reading
from webhook.core.outcomes import SHOWN_CHARACTERS, Outcome, deciding, outcome, workload_of
from webhook.core.policy import Policy
from webhook.core.printable import printable
from webhook.core.record_schema import AuditRecord
from webhook.core.recorded import recorded
from webhook.core.tallies import Tally
from webhook.core.verdict import Finding, Verdict
from webhook.jobs.replay.doubts import Doubt
from webhook.jobs.replay.rejudging import Rejudged, Rejudging


class Cause(NamedTuple):
    """Which rule decided, and why."""

    rule: str
    reason: str

    def __str__(self) -> str:
        """Write it for people."""
        return f"{self.rule}: {self.reason}"


class Turn(NamedTuple):
    """What a decision was, and what it would be."""

    before: Outcome
    after: Outcome

    def __str__(self) -> str:
        """Write it for people: `denied -> allowed`."""
        return f"{self.before} -> {self.after}"


@dataclass(frozen=True, slots=True)
class Change:
    """One decision that changes."""

    at: datetime
    uid: str
    workload: str
    user: str
    turn: Turn
    before: Cause
    after: Cause
    image: str
    detail: str
    """The facts behind the new decision."""


@dataclass(slots=True)
class Summary:
    """Everything that is said about a replay. It does not grow with the log."""

    policy: Policy
    reading: Reading
    listed: int
    """So many changes are listed."""
    judged: int = 0
    undecided: int = 0
    not_judged: int = 0
    """Requests without an image to judge: no policy has a say in them."""
    no_verdict: int = 0
    turns: Counter[Turn] = field(default_factory=Counter)
    workloads: Tally[tuple[str, Turn]] = field(default_factory=Tally)
    causes: Tally[tuple[Turn, Cause, Cause]] = field(default_factory=Tally)
    doubts: Counter[Doubt] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """How many decisions change."""
        return self.turns.total()

    def note(self, record: AuditRecord, rejudged: Rejudged) -> None:
        """Add a decision that was made again."""
        self.judged += 1
        if not rejudged.decided:
            self.undecided += 1
            self.doubts.update(rejudged.doubts)
            return
        verdict = rejudged.verdict
        turn = Turn(outcome(record.decision, allowed=record.allowed), outcome(verdict.action, allowed=verdict.allowed))
        if turn.before is not turn.after:
            self._changed(record, verdict, turn)

    def _changed(self, record: AuditRecord, verdict: Verdict, turn: Turn) -> None:
        change = _change(record, verdict, turn)
        self.turns[turn] += 1
        self.workloads.add((change.workload, turn))
        self.causes.add((turn, change.before, change.after))
        if len(self.changes) < self.listed:
            self.changes.append(change)


def replay(lines: Iterable[LogLine], policy: Policy, reading: Reading, *, listed: int) -> Summary:
    """Judge every decision in a log again by *policy*."""
    summary = Summary(policy, reading, listed)
    rejudging = Rejudging(policy)

    def judged(record: AuditRecord) -> tuple[AuditRecord, Rejudged | None]:
        return record, rejudging.verdict(recorded(record)) if record.images else None

    for record, rejudged in reading.each(lines, judged):
        if rejudged is not None:
            summary.note(record, rejudged)
        elif record.decision == "error":
            summary.no_verdict += 1
        else:
            summary.not_judged += 1
    return summary


def _change(record: AuditRecord, verdict: Verdict, turn: Turn) -> Change:
    before, after = deciding(record), _deciding(verdict)
    return Change(
        at=record.time,
        uid=record.request.uid if record.request else "",
        workload=workload_of(record.request),
        user=printable(record.request.user if record.request else "", limit=SHOWN_CHARACTERS),
        turn=turn,
        before=Cause(printable(before.rule, limit=63), printable(before.reason, limit=63)) if before else Cause("", ""),
        after=Cause(after.rule.name, after.reason.value),
        image=printable(after.image.text, limit=SHOWN_CHARACTERS),
        detail=printable(after.detail),
    )


def _deciding(verdict: Verdict) -> Finding:
    """Return the finding that decides: the first that is as strict as the verdict, of those that are enforced."""
    strict = [finding for finding in verdict.findings if finding.action is verdict.action]
    return next((finding for finding in strict if finding.allowed is verdict.allowed), strict[0])
