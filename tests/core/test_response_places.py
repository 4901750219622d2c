"""Where an image is, in the words of a denial: containers by their names, as many as anybody reads."""

import pytest

from tests.builders import pod
from tests.fakes import FakeRegistry
from tests.situations import TAGGED, Situation
from webhook.core.response import MAX_PLACES, explain


def test_image_in_many_places_names_some_of_them() -> None:
    """A thousand containers of one image do not make a message of a thousand names."""
    finding = Situation(pod(*[TAGGED] * 1000), FakeRegistry()).verdict().findings[0]

    assert explain(finding).startswith("container app, container app-1, container app-2, ")
    assert f" and {1000 - MAX_PLACES} more: {TAGGED}: " in explain(finding)


@pytest.mark.parametrize("number", [1, MAX_PLACES])
def test_image_in_a_few_places_names_them_all(number: int) -> None:
    """Up to the bound nothing is left out, and nothing is said to be."""
    finding = Situation(pod(*[TAGGED] * number), FakeRegistry()).verdict().findings[0]

    assert explain(finding).count("container app") == number
    assert " more: " not in explain(finding)


def test_image_that_names_nothing_is_shown_as_such() -> None:
    """An empty image leaves no hole in the sentence."""
    finding = Situation(pod(""), FakeRegistry()).verdict().findings[0]

    assert explain(finding).startswith("container app: (no image): invalid-reference: ")
