"""What is said in the end."""

import pytest

from webhook.jobs.verify.finding import Effect, Finding
from webhook.jobs.verify.report import report

BYPASS = Finding(Effect.BYPASS, "a", "b")
OUTAGE = Finding(Effect.OUTAGE, "a", "b")
NOTE = Finding(Effect.NOTE, "a", "b")


@pytest.mark.parametrize(
    ("findings", "good", "last"),
    [
        ((), True, "scangate: as expected."),
        ((NOTE,), True, "scangate: differs from what is expected, but nothing gets past the gate."),
        ((BYPASS, NOTE), False, "scangate: the gate is not what it should be, for 1 reason."),
        ((BYPASS, OUTAGE), False, "scangate: the gate is not what it should be, for 2 reasons."),
    ],
)
def test_report(findings: tuple[Finding, ...], good: bool, last: str) -> None:
    """A line for each finding, and the sum of them."""
    said: list[str] = []
    assert report("scangate", findings, said.append) is good
    assert said == [*map(str, findings), last]
