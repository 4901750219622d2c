"""What a log says: how often what was denied, warned or exempted, where, by whom, by which rule and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from webhook.core.audit_logs import LogLine, Reading
from webhook.core.outcomes import SHOWN_CHARACTERS, Outcome, outcome, workload_of
from webhook.core.policy import Mode
from webhook.core.printable import printable
from webhook.core.reasons import Exempt, Fault, Reason
from webhook.core.record_schema import AuditRecord, ImageRecord
from webhook.core.tallies import Tally

UNKNOWN = "another reason"
"""A reason of a newer gate, or of no gate at all: a log must not choose how much is kept of it."""

_EXEMPT, _FAULTS = frozenset(Exempt), frozenset(Fault)


@dataclass(slots=True)
class Summary:
    """Everything that is said about a log. It does not grow with the log."""

    reading: Reading
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    """Of requests whose images were judged."""
    not_judged: Counter[str] = field(default_factory=Counter)
    """Requests without an image to judge, by reason."""
    no_verdict: Counter[str] = field(default_factory=Counter)
    """Requests that the gate could not decide about, by reason."""
    dry_runs: int = 0
    """Of all of them, those that were only tried out."""
    namespaces: Tally[tuple[Outcome, str]] = field(default_factory=Tally)
    workloads: Tally[tuple[Outcome, str]] = field(default_factory=Tally)
    users: Tally[tuple[Outcome, str]] = field(default_factory=Tally)
    reasons: Tally[tuple[Outcome, str, str]] = field(default_factory=Tally)
    """Of images: outcome, rule, reason."""
    images: Tally[tuple[Outcome, str]] = field(default_factory=Tally)

    def note(self, record: AuditRecord) -> None:
        """Add a record."""
        self.dry_runs += record.request is not None and record.request.dry_run
        if record.images:
            self._judged(record)
        elif record.decision == "error":
            self.no_verdict[record.reason if record.reason in _FAULTS else UNKNOWN] += 1
        else:
            self.not_judged[record.reason if record.reason in _EXEMPT else UNKNOWN] += 1

    def _judged(self, record: AuditRecord) -> None:
        became = _outcome(record)
        self.outcomes[became] += 1
        if became is Outcome.ALLOWED:
            return
        request = record.request
        self.namespaces.add((became, _shown(request.namespace if request else "")))
        self.workloads.add((became, workload_of(request)))
        self.users.add((became, _shown(request.user if request else "")))
        for image in record.images:
            of_image = _image_outcome(image)
            if of_image is not Outcome.ALLOWED:
                self.reasons.add((of_image, _shown(image.rule), _shown(image.reason)))
                self.images.add((of_image, _shown(image.reference)))


def summarize(lines: Iterable[LogLine], reading: Reading) -> Summary:
    """Read a log to its end."""
    summary = Summary(reading)
    for record in reading.each(lines, lambda record: record):
        summary.note(record)
    return summary


def _outcome(record: AuditRecord) -> Outcome:
    became = outcome(record.decision, allowed=record.allowed)
    exempted = became is Outcome.ALLOWED and any(image.reason == Reason.EXEMPTED for image in record.images)
    return Outcome.EXEMPTED if exempted else became


def _image_outcome(image: ImageRecord) -> Outcome:
    if image.reason == Reason.EXEMPTED:
        return Outcome.EXEMPTED
    return outcome(image.decision, allowed=image.decision != "deny" or image.mode != Mode.ENFORCE)


def _shown(text: str) -> str:
    return printable(text, limit=SHOWN_CHARACTERS) or "-"
