"""Every object is one that Kubernetes takes, from 1.29 to the newest version whose schemas there are."""

from collections.abc import Iterator

import pytest

from charts.rendering import Rendered
from tests.charts.release import release
from tests.charts.schemas import OLDEST, problems, versions
from tests.charts.value_sets import SETS

OTHERS = ("cert-manager.io", "monitoring.coreos.com")
"""Groups that are none of Kubernetes' own."""

SINCE = {"ValidatingAdmissionPolicy": (1, 30), "ValidatingAdmissionPolicyBinding": (1, 30)}
"""Kinds whose version v1 is younger than 1.29."""


def distinct() -> Iterator[Rendered]:
    """Yield each object of all sets of values once."""
    seen = set()
    for name in SETS:
        for each in release(name).objects:
            if each.text not in seen and not each.content["apiVersion"].startswith(OTHERS):
                seen.add(each.text)
                yield each


OBJECTS = tuple(distinct())


@pytest.mark.parametrize("version", versions())
def test_each_object_is_valid(version: str) -> None:
    """No object has a field that is unknown to that version, or a value that it would not take."""
    minor = tuple(map(int, version.split(".")[:2]))
    due = [each for each in OBJECTS if SINCE.get(each.kind, OLDEST) <= minor]

    wrong = {f"{each.kind}/{each.name}": found for each in due if (found := problems(each.content, version))}

    assert wrong == {}


def test_there_is_something_to_be_valid() -> None:
    """The versions reach from 1.29 to 1.37 at least, and the objects are of every kind that the chart has."""
    assert [version.rpartition(".")[0] for version in versions()][:9] == [f"1.{minor}" for minor in range(29, 38)]
    assert {each.kind for each in OBJECTS} >= {"Deployment", "HorizontalPodAutoscaler", "Lease", *SINCE}


def test_a_wrong_field_would_be_found() -> None:
    """The schemas are strict: a field that Kubernetes does not know is a problem."""
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"port": 1}}

    assert problems(wrong, versions()[-1]) != []
