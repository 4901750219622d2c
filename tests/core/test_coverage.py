"""Whether one rule matches all that another one does: certain where it says yes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.core.coverage import covers, image_covers
from webhook.core.matching import Match
from webhook.core.patterns import ImagePattern, parse_image_pattern, parse_name_pattern
from webhook.core.workloads import POD, Kind

PARTS = st.sampled_from(["a", "b", "a*", "*", "**", "*b", "ab"])
PATTERNS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: ImagePattern("/".join(["r.io", *parts])))
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "ba"]), max_size=5).map(lambda parts: "/".join(["r.io", *parts]))


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        ("r.io/**", "r.io/a/b", True),
        ("r.io/**", "r.io/**", True),
        ("r.io/*", "r.io/**", False),
        ("r.io/**", "r.io/*/x", True),
        ("r.io/a*", "r.io/ab*", True),
        ("r.io/ab*", "r.io/a*", False),
        ("r.io/a/**", "r.io/b/**", False),
        ("r.io/**/x", "r.io/**/y/x", True),
        ("r.io/*/**", "r.io/**", False),
        ("r.io/a", "r.io/a/b", False),
        ("**", "r.io/a", True),
    ],
)
def test_images(wide: str, narrow: str, expected: bool) -> None:
    """A pattern covers another one if it matches whatever that does."""
    patterns = [ImagePattern(text) for text in (wide, narrow)]
    assert image_covers(*patterns) is expected


@given(PATTERNS, PATTERNS, PATHS)
def test_yes_is_certain(wide: ImagePattern, narrow: ImagePattern, path: str) -> None:
    """No image is matched by a covered pattern and not by the one that covers it."""
    if image_covers(wide, narrow) and narrow.matches_path(path):
        assert wide.matches_path(path)


@pytest.mark.parametrize(
    ("wide", "narrow", "expected"),
    [
        (Match(), Match(kinds=(POD,)), True),
        (Match(kinds=(POD,)), Match(), False),
        (Match(kinds=(POD, Kind("apps", "Deployment"))), Match(kinds=(POD,)), True),
        (Match(namespaces=(parse_name_pattern("a*"),)), Match(namespaces=(parse_name_pattern("ab*"),)), True),
        (Match(namespaces=(parse_name_pattern("ab*"),)), Match(namespaces=(parse_name_pattern("a*"),)), False),
        (Match(namespaces=(parse_name_pattern("a"),)), Match(), False),
        (Match(namespace_labels=(("a", "1"),)), Match(namespace_labels=(("a", "1"), ("b", "2"))), True),
        (Match(namespace_labels=(("a", "1"),)), Match(namespace_labels=(("a", "2"),)), False),
        (Match(service_accounts=(parse_name_pattern("ci-*"),)), Match(), False),
        (Match(images=(parse_image_pattern("r.io/**"),)), Match(), False),
    ],
)
def test_matches(wide: Match, narrow: Match, expected: bool) -> None:
    """Everything that the wider match names must be named as narrowly, or more so, by the other one."""
    assert covers(wide, narrow) is expected
