"""Patterns of names and images: what fits, what is refused, and that none runs away."""

import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.core.images import parse_reference
from webhook.core.patterns import (
    ImagePattern,
    NamePattern,
    parse_image_pattern,
    parse_name_pattern,
    parse_package_pattern,
)
from webhook.errors import Invalid

SHORT = st.text("ab*", max_size=8)
PARTS = st.sampled_from(["a", "b", "*", "**", "a*", "*b", "a*b"])
PATHS = st.lists(st.sampled_from(["a", "b", "ab", "aab"]), min_size=1, max_size=5)


@given(SHORT, st.text("ab", max_size=8))
def test_names_fit_as_in_a_shell(pattern: str, name: str) -> None:
    """The standard library's own globs come to the same result."""
    assert NamePattern(pattern).matches(name) == fnmatch.fnmatchcase(name, pattern)


@given(st.lists(PARTS, min_size=1, max_size=5), PATHS)
def test_paths_fit_part_by_part(pattern: list[str], path: list[str]) -> None:
    """A slow search that tries every length for every `**` comes to the same result."""

    def slowly(left: list[str], parts: list[str]) -> bool:
        if not left:
            return not parts
        if left[0] == "**":
            return any(slowly(left[1:], parts[length:]) for length in range(len(parts) + 1))
        return bool(parts) and fnmatch.fnmatchcase(parts[0], left[0]) and slowly(left[1:], parts[1:])

    assert ImagePattern("/".join(pattern)).matches_path("/".join(path)) == slowly(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "image", "fits"),
    [
        ("docker.io/library/*", "nginx", True),
        ("docker.io/library/nginx", "nginx:1.27", True),
        ("docker.io/library/*", "grafana/grafana", False),
        ("docker.io/**", "grafana/grafana", True),
        ("cr.yandex/crp1/*", "cr.yandex/crp1/shop/api", False),
        ("cr.yandex/crp1/**", "cr.yandex/crp1/shop/api:1", True),
        ("cr.yandex/**/api", "cr.cloud.yandex.net/crp1/shop/api", True),
        ("container-registry.cloud.yandex.net/crp1/**", "cr.yandex/crp1/a", True),
        ("cr.yandex/crp1/**", "cr.yandex.evil.example/crp1/a", False),
        ("*.example/**", "registry.example/a", True),
        ("*.example/**", "registry.example.evil.com/a", False),
        ("registry.example:5000/a", "registry.example:5000/a", True),
        ("registry.example:443/a", "registry.example/a", True),
        ("**", "localhost/a", True),
        ("cr.yandex/crp1/**", "cr.yandex/crp1", True),
        ("cr.cloud.yandex.net:443/crp1/a", "cr.yandex/crp1/a", True),
    ],
)
def test_pattern_is_of_the_image_as_it_was_understood(pattern: str, image: str, fits: bool) -> None:
    """Short names, aliases and default ports are resolved first; a host that only looks alike does not fit."""
    assert parse_image_pattern(pattern).matches(parse_reference(image)) == fits


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "1 to 512 characters"),
        ("a" * 513, "1 to 512 characters"),
        ("nginx", "must begin with a registry"),
        ("library/nginx", "must begin with a registry"),
        ("docker.io", "must begin with a registry"),
        ("docker.io/library/nginx:1", "names a tag or a digest"),
        ("docker.io/library/nginx@sha256:00", "names a tag or a digest"),
        ("docker.io/Library/nginx", "'Library' is not a part"),
        ("docker.io/a**", "'a**' is not a part"),
        ("docker.io//a", "'' is not a part"),
        ("docker.io/a b", "is not a part"),
        ("EXAMPLE.com/a", "must begin with a registry"),
    ],
)
def test_what_is_no_pattern_of_images_is_refused(text: str, said: str) -> None:
    """The message says what would be right."""
    with pytest.raises(Invalid, match=re.escape(said)):
        parse_image_pattern(text)


@pytest.mark.parametrize("text", ["", "a b", "a/b", "**", "ä", "a\n", "x" * 513])
def test_what_is_no_pattern_of_names_is_refused(text: str) -> None:
    """Names of Kubernetes objects have few characters."""
    with pytest.raises(Invalid):
        parse_name_pattern(text)


@pytest.mark.parametrize("text", ["", "a b", "a\n", "x" * 513])
def test_what_is_no_pattern_of_packages_is_refused(text: str) -> None:
    """Packages have any characters but space and control characters."""
    with pytest.raises(Invalid):
        parse_package_pattern(text)


def test_packages_may_be_paths() -> None:
    """As those of Go and of npm are."""
    assert parse_package_pattern("golang.org/x/*").matches("golang.org/x/net")
    assert parse_package_pattern("@babel/core").exact


def test_prefix_is_what_all_that_fit_begin_with() -> None:
    """It is what a policy files its rules under."""
    assert (NamePattern("team-*-x").prefix, NamePattern("a").prefix, NamePattern("*").prefix) == ("team-", "a", "")
    assert ImagePattern("cr.yandex/crp1/*").prefix == "cr.yandex/crp1/"
    assert ImagePattern("cr.yandex/crp1/**").prefix == "cr.yandex/crp1"
    assert ImagePattern("cr.yandex/a").exact


def test_no_pattern_runs_away() -> None:
    """The worst patterns that fit into the bound, on the worst names, come to an end.

    Expressions with as many choices would need longer than the age of the universe, and this test with them.
    """
    assert not NamePattern("*a" * 255 + "b").matches("a" * 511)
    assert NamePattern("*" * 512).matches("a" * 511)
    assert not ImagePattern("/".join(["**", "*a*a*a*a*b"] * 40)).matches_path("/".join(["aaaaaaaaaa"] * 50))
