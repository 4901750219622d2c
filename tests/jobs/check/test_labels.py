"""Labels of namespaces: what is said, what the manifests say, and what a cluster says, in this order."""

import pytest

from tests.fakes import DEADLINE, SameLabels
from webhook.core.matching import Labels
from webhook.jobs.check.labels import KnownLabels

DECLARED = {"shop": {"from": "manifest"}}


@pytest.mark.parametrize(
    ("given", "namespace", "expected"),
    [
        ({"from": "option"}, "shop", "option"),
        (None, "shop", "manifest"),
        (None, "other", "cluster"),
    ],
)
def test_order(given: Labels | None, namespace: str, expected: str) -> None:
    """The first that knows them is believed."""
    known = KnownLabels(given, DECLARED, SameLabels({"from": "cluster"}))
    assert known.labels(namespace, DEADLINE) == {"from": expected}


def test_nobody_knows() -> None:
    """Labels that nobody knows are not known, which no rule takes for none."""
    assert KnownLabels(None, {}, SameLabels(None)).labels("shop", DEADLINE) is None
