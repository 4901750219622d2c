"""The list of metrics: names by the conventions of Prometheus."""

import re

import pytest

from webhook.core.metrics import FAMILIES, Family, Sort


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_name_follows_the_conventions(family: Family) -> None:
    """Counters end in total, what has a unit ends in it, and the help is a sentence."""
    assert re.fullmatch(r"scangate_[a-z]+(_[a-z]+)*", family.name)
    assert family.name.endswith("_total") is (family.sort is Sort.COUNTER)
    assert "duration" not in family.name or family.name.endswith("_seconds")
    assert "timestamp" not in family.name or family.name.endswith("_timestamp_seconds")
    assert family.help[0].isupper() or family.help[0].isdigit()
    assert family.help.endswith(".")


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_histogram_has_buckets_in_order(family: Family) -> None:
    """And nothing else has any."""
    assert bool(family.buckets) is (family.sort is Sort.HISTOGRAM)
    assert list(family.buckets) == sorted(set(family.buckets))


def test_no_name_is_given_twice() -> None:
    """Each family has a name of its own, and its labels are names of labels."""
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)
    assert all(re.fullmatch("[a-z]+", label) for family in FAMILIES for label in family.labels)
