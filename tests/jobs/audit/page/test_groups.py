"""What stands where in the HTML report."""

from tests.audits import many, over, owner, unusable, violation, warned
from webhook.core.audit_outcomes import Outcome
from webhook.core.policy import Mode
from webhook.core.reasons import REMEDIES, Reason
from webhook.jobs.audit.page.groups import MAX_WORKLOADS, PAGE, WORKLOADS, groups


def test_order() -> None:
    """The strictest stands first, then what is about most images; within a group all stays as it was."""
    found = groups(
        [
            violation(warned()),
            violation(unusable(Reason.GONE)),
            violation(over("b")),
            violation(over("a")),
            violation(unusable(Reason.UNAVAILABLE)),
            violation(over(mode=Mode.AUDIT)),
        ]
    )
    assert [group.id for group in found] == [
        "fail-over-limits",
        "fail-gone",
        "error-unavailable",
        "warn-missing",
        "warn-over-limits",
    ]
    assert [row.name for row in found[0].rows] == ["b", "a"]


def test_group() -> None:
    """It says what becomes of its images, what to do, and how many pods there are."""
    (group,) = groups([violation(over("a")), violation(over("b"), owner("x"), owner("y"))])
    assert (group.outcome, group.title, group.pods) == (Outcome.FAIL, "would be refused", 6)
    assert group.remedy == REMEDIES[Reason.OVER_LIMITS]


def test_tables() -> None:
    """A long group is cut into tables, and no row is lost."""
    (group,) = groups([violation(over(str(number))) for number in range(2 * PAGE + 1)])
    assert [(first, len(rows)) for first, rows in group.tables] == [(1, PAGE), (PAGE + 1, PAGE), (2 * PAGE + 1, 1)]


def test_names_of_workloads() -> None:
    """There are as many as there is room for in the whole report, and no fewer."""
    owners = [owner(f"w{number}") for number in range(MAX_WORKLOADS)]
    (alone,) = groups([violation(over(), *owners)])
    assert len(alone.rows[0].places[0].workloads) == MAX_WORKLOADS
    crowd = groups(tuple(many(3000)))
    named = sum(len(place.workloads) for group in crowd for row in group.rows for place in row.places)
    assert named <= WORKLOADS


def test_nothing() -> None:
    """No violation makes no group."""
    assert groups([]) == ()
