"""Matching: of a list one entry is enough, of labels every one is needed."""

import pytest

from tests.builders import PINNED
from webhook.core.images import parse_reference
from webhook.core.matching import Fit, Match, Workload
from webhook.core.patterns import ImagePattern
from webhook.core.workloads import Kind

BOTH = Match(namespace_labels=(("env", "prod"), ("team", "a")))


@pytest.mark.parametrize(
    ("labels", "fit"),
    [({"env": "prod", "team": "a"}, Fit.YES), ({"env": "prod"}, Fit.NO), ({"team": "a", "env": "dev"}, Fit.NO)],
)
def test_every_label_is_needed(labels: dict[str, str], fit: Fit) -> None:
    """One of two is not enough."""
    assert BOTH.fit(Workload(), labels, None) is fit


def test_one_image_is_enough() -> None:
    """Whatever the others are about."""
    match = Match(images=(ImagePattern("docker.io/**"), ImagePattern("cr.yandex/**")))

    assert match.fit(Workload(), None, parse_reference(PINNED)) is Fit.YES


def test_nothing_is_known_of_a_workload_that_nobody_describes() -> None:
    """What is left out is empty, and fits no name."""
    assert Workload() == Workload(namespace="", kind=Kind("", ""), service_account="")
