"""A policy put to the test: what comes out, and how it is told."""

from typing import Any

import pytest

from tests.builders import PINNED
from tests.jobs.policy.samples import CLEAN, case_file, policy
from webhook.core.junit import render_junit
from webhook.errors import InvalidDocument
from webhook.jobs.policy.trial import Trial, judged, render_suites, render_text

STRICT: dict[str, Any] = {"name": "default"}
AUDIT: dict[str, Any] = {"name": "default", "mode": "audit"}
OVER: dict[str, Any] = {"name": "over", "image": PINNED, "scan": {"counts": {"critical": 2}}}
ALLOWED = {"decision": "allow", "reason": "within-limits", "rule": "default", "allowed": True}
DENIED = {"decision": "deny", "reason": "over-limits", "allowed": False}


def trial(*cases: dict[str, Any], rule: dict[str, Any] | None = None) -> Trial:
    """Return what comes of these cases under one rule."""
    return judged(case_file(*cases), policy(rule or STRICT))


def test_cases_that_come_out_as_expected() -> None:
    """Everything that a case names is looked at, and nothing else."""
    found = trial(CLEAN | {"expect": ALLOWED}, OVER | {"expect": DENIED}, OVER | {"expect": {"allowed": False}})
    assert found.passed
    assert [result.differences for result in found.results] == [(), (), ()]


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"decision": "allow"}, "decision is deny, not allow"),
        ({"reason": "stale"}, "reason is over-limits, not stale"),
        ({"rule": "other"}, "rule is default, not other"),
        ({"allowed": True}, "allowed is false, not true"),
    ],
)
def test_cases_that_come_out_otherwise(expect: dict[str, Any], said: str) -> None:
    """Each difference is named with what came out and what was expected."""
    found = trial(OVER | {"expect": expect})
    assert not found.passed
    assert found.results[0].differences == (said,)


def test_mode() -> None:
    """A denial that is only recorded lets the image run."""
    assert trial(OVER | {"expect": {"decision": "deny", "allowed": True}}, rule=AUDIT).passed


def test_table() -> None:
    """There is a row for each case, and below the table what is wrong with which."""
    lines = render_text([trial(CLEAN | {"expect": ALLOWED}, OVER | {"expect": ALLOWED})]).splitlines()
    assert [line.split() for line in lines[:3]] == [
        ["CASE", "DECISION", "REASON", "RULE", "ALLOWED"],
        ["clean", "allow", "within-limits", "default", "yes"],
        ["over", "deny", "over-limits", "default", "no", "FAILED"],
    ]
    assert lines[4:7] == [
        "cases.yaml: over: decision is deny, not allow",
        "cases.yaml: over: reason is over-limits, not within-limits",
        "cases.yaml: over: allowed is false, not true",
    ]
    assert lines[7].startswith("  over-limits: 2 critical (limit 0) in scan ")
    assert lines[-1] == "2 cases, 1 failed"


def test_several_files() -> None:
    """Each file is a heading, and all are counted together."""
    one = trial(CLEAN | {"expect": ALLOWED})
    lines = render_text([one, Trial("more.yaml", one.results)]).splitlines()
    assert [line.split()[0] for line in lines[:5]] == ["CASE", "cases.yaml", "clean", "more.yaml", "clean"]
    assert lines[-1] == "2 cases, 0 failed"


def test_report() -> None:
    """A report has each case with what came of it."""
    report = render_junit(render_suites([trial(CLEAN | {"expect": ALLOWED}, OVER | {"expect": ALLOWED})]))
    assert '<testsuite name="cases.yaml" tests="2" failures="1"' in report
    assert 'message="decision is deny, not allow; reason is over-limits' in report


def test_age_that_is_none() -> None:
    """A duration that is none is told with file and case."""
    with pytest.raises(InvalidDocument, match=r"^cases.yaml: case 'clean': 'old' is not a duration"):
        trial(CLEAN | {"scan": {"age": "old"}})
