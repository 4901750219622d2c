"""Policies looked over: wrong, odd or right, and what is said of each."""

from collections.abc import Callable

from tests.builders import NOW
from tests.jobs.policy.samples import policy
from webhook.core.policy import Policy
from webhook.errors import InvalidDocument
from webhook.jobs.policy.inspection import Inspection, Standing

GROUNDS = {"reason": "a reason", "owner": "team-a", "expires": "2027-12-31"}


def looked_over(read: Callable[[], Policy]) -> tuple[Standing, list[str], list[str]]:
    """Return what came of it, what was said and what was complained of."""
    said: list[str] = []
    complaints: list[str] = []
    inspection = Inspection(now=NOW, labels=True, say=said.append, complain=complaints.append)
    return inspection.of("p.yaml", read), said, complaints


def test_right() -> None:
    """Of a policy without warnings it says how much is in it."""
    rules = {"name": "a", "match": {"namespaces": ["a"]}}, {"name": "b"}
    found = policy(*rules, exemptions=[GROUNDS | {"namespaces": ["a"]}])
    shown = "p.yaml: a policy of 2 rules, 1 exemption, 0 ignored vulnerabilities"
    assert looked_over(lambda: found) == (Standing.RIGHT, [shown], [])


def test_odd() -> None:
    """Warnings are said first."""
    found = policy({"name": "a"}, {"name": "b"}, ignoredVulnerabilities=[GROUNDS | {"id": "CVE-2026-1"}])
    standing, said, complaints = looked_over(lambda: found)
    assert (standing, complaints) == (Standing.ODD, [])
    assert said == [
        "p.yaml: warning: rule b can never match: rule a, before it, matches everything",
        "p.yaml: a policy of 2 rules, 0 exemptions, 1 ignored vulnerability",
    ]


def test_wrong() -> None:
    """What cannot be understood is complained of."""

    def read() -> Policy:
        raise InvalidDocument("p.yaml:3: rules: is required")

    assert looked_over(read) == (Standing.WRONG, [], ["p.yaml:3: rules: is required"])
