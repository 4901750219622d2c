"""The expected configuration beside that of the cluster."""

from typing import Any

import pytest

from tests.jobs.activation.registrations import RULE, registration
from webhook.errors import ClusterFailed, InvalidDocument
from webhook.jobs.activation.matching import check, lacking, matched

ELSEWHERE = {"service": {"namespace": "other", "name": "scangate", "path": "/validate", "port": 443}}


def test_right_file() -> None:
    """The configuration of the gate in that namespace is taken."""
    check("file", registration(), namespace="scangate", name="scangate")


@pytest.mark.parametrize(
    ("webhook", "place", "said"),
    [
        ({}, {"name": "other"}, "file: is for 'scangate', not for 'other'"),
        ({"rules": []}, {}, "rules: must not be empty"),
        ({"clientConfig": ELSEWHERE}, {}, "is in 'other', not in 'scangate'"),
    ],
)
def test_wrong_file(webhook: dict[str, Any], place: dict[str, str], said: str) -> None:
    """A file of another gate, or one that would guard nothing, is refused before anything is asked."""
    with pytest.raises(InvalidDocument, match=said):
        check("file", registration(**webhook), **({"namespace": "scangate", "name": "scangate"} | place))


def test_webhooks_of_the_cluster() -> None:
    """What is expected is found by its name, with what the cluster has of it."""
    live = registration(rules=[])
    assert matched(registration(), live) == live.webhooks


@pytest.mark.parametrize(
    ("live", "said"),
    [({"name": "other.scangate.dev"}, "there is no such webhook"), ({"clientConfig": ELSEWHERE}, "clientConfig is")],
)
def test_cluster_has_something_else(live: dict[str, Any], said: str) -> None:
    """Rules are never written into a webhook that would ask somebody else."""
    with pytest.raises(ClusterFailed, match=said):
        matched(registration(), registration(**live))


def test_rules_that_are_lacking() -> None:
    """Only rules that differ are written."""
    assert lacking(registration(), registration()) == {}
    for rules in ([], [RULE | {"operations": ["CREATE"]}]):
        assert lacking(registration(), registration(rules=rules)) == {
            "validate.scangate.dev": registration().webhooks[0].rules
        }
