"""Vulnerabilities, and how they are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import counts, vulnerability
from webhook.core.evidence import SEVERITIES, Counts, Severity, Vulnerability
from webhook.core.vulnerabilities import tally

Listed = list[tuple[str, str]]

TABLE: list[tuple[str, Listed, Counts, Counts]] = [
    ("nothing", [], counts(), counts()),
    ("one in five packages", [("1", "critical")] * 5, counts(critical=5), counts(critical=1)),
    ("two", [("1", "high"), ("2", "high")], counts(high=2), counts(high=2)),
    ("the worst last", [("1", "low"), ("1", "high")], counts(low=1, high=1), counts(high=1)),
    ("the worst first", [("1", "high"), ("1", "low")], counts(low=1, high=1), counts(high=1)),
    (
        "the worst of three",
        [("1", "negligible"), ("1", "medium"), ("1", "low"), ("2", "low")],
        counts(negligible=1, medium=1, low=2),
        counts(medium=1, low=1),
    ),
    ("undefined alone", [("1", "undefined")] * 3, counts(undefined=3), counts(undefined=1)),
    (
        "undefined beside another",
        [("1", "undefined"), ("1", "low"), ("1", "undefined")],
        counts(undefined=2, low=1),
        counts(undefined=1, low=1),
    ),
    ("ids that differ by case", [("cve-1", "low"), ("CVE-1", "low")], counts(low=2), counts(low=2)),
]

found = st.builds(
    lambda number, severity: vulnerability(id=f"CVE-{number}", severity=severity),
    st.integers(min_value=0, max_value=5),
    st.sampled_from(Severity),
)


@pytest.mark.parametrize(("name", "listed", "each", "distinct"), TABLE, ids=[row[0] for row in TABLE])
def test_findings_are_counted_each_or_by_id(name: str, listed: Listed, each: Counts, distinct: Counts) -> None:
    """Each finding counts, or each id once at its worst; undefined is kept beside it."""
    vulnerabilities = [vulnerability(id=id, severity=Severity(severity)) for id, severity in listed]

    assert tally(vulnerabilities, distinct=False) == each
    assert tally(vulnerabilities, distinct=True) == distinct


def test_severities_are_the_buckets_of_the_scanner() -> None:
    """Every severity has a counter, in the same order."""
    assert tuple(severity.value for severity in Severity) == SEVERITIES


@given(st.lists(found, max_size=12))
def test_distinct_ids_are_never_more_than_findings(vulnerabilities: list[Vulnerability]) -> None:
    """No counter is higher by id than by finding, and something of whatever is there is counted."""
    each, distinct = (tally(vulnerabilities, distinct=how) for how in (False, True))

    assert all(getattr(distinct, name) <= getattr(each, name) for name in SEVERITIES)
    assert (distinct == Counts()) == (not vulnerabilities)


@given(st.lists(found, max_size=8), found, st.booleans())
def test_another_finding_never_makes_a_list_better(
    vulnerabilities: list[Vulnerability], another: Vulnerability, distinct: bool
) -> None:
    """Undefined never falls, and neither does the number of those of a severity or a worse one."""
    before, after = (tally(found, distinct=distinct) for found in (vulnerabilities, [*vulnerabilities, another]))

    assert after.undefined >= before.undefined
    known = SEVERITIES[:-1]
    for worst in range(1, len(known) + 1):
        assert sum(getattr(after, name) for name in known[:worst]) >= sum(
            getattr(before, name) for name in known[:worst]
        )
