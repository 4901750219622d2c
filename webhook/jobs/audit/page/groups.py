"""What stands in the HTML report of an audit: violations by what becomes of them and why."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from webhook.core.audit_outcomes import STRICTEST_FIRST, Outcome, outcome
from webhook.core.cluster_audit import Violation
from webhook.core.reasons import REMEDIES, Reason
from webhook.jobs.audit.page.rows import Row, row

TITLES = {
    Outcome.FAIL: "would be refused",
    Outcome.ERROR: "could not be judged",
    Outcome.WARN: "would be admitted with a warning",
}

PAGE = 50
"""Rows of one table: a browser lays out the tables that are seen, and not the others."""

WORKLOADS = 20_000
"""Named in all of a report, at about 60 bytes each; where there are more, only their namespaces are."""

MIN_WORKLOADS, MAX_WORKLOADS = 3, 100
"""Named for one violation."""


@dataclass(frozen=True, slots=True)
class Group:
    """Violations of which the same becomes for the same reason."""

    outcome: Outcome
    reason: Reason
    rows: tuple[Row, ...]
    pods: int
    """A pod with two such images counts twice."""

    @property
    def id(self) -> str:
        """By what the page refers to it."""
        return f"{self.outcome}-{self.reason}"

    @property
    def title(self) -> str:
        """What becomes of the images."""
        return TITLES[self.outcome]

    @property
    def remedy(self) -> str:
        """What people can do."""
        return REMEDIES[self.reason]

    @property
    def tables(self) -> Iterator[tuple[int, tuple[Row, ...]]]:
        """The rows in pieces, each with the number of its first one."""
        for begin in range(0, len(self.rows), PAGE):
            yield begin + 1, self.rows[begin : begin + PAGE]


def groups(violations: Sequence[Violation]) -> tuple[Group, ...]:
    """Return all violations in groups: the strictest first, then those about most images; each in the order given."""
    found: defaultdict[tuple[Outcome, Reason], list[Violation]] = defaultdict(list)
    for violation in violations:
        found[outcome(violation.finding), violation.finding.reason].append(violation)
    named = min(MAX_WORKLOADS, max(MIN_WORKLOADS, WORKLOADS // max(1, len(violations))))
    made = [
        Group(became, reason, tuple(row(each, named) for each in those), sum(each.pod_count for each in those))
        for (became, reason), those in found.items()
    ]
    return tuple(sorted(made, key=lambda group: (STRICTEST_FIRST.index(group.outcome), -len(group.rows), group.reason)))
