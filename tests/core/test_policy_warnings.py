"""Warnings about a policy: what is right, and yet hardly meant."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import NOW
from webhook.core.documents import Document
from webhook.core.images import Digest
from webhook.core.policy_file import parse_policy
from webhook.core.policy_warnings import warnings

ALL = {"name": "all"}


def said(*rules: dict[str, Any], labels: bool = False, **more: Any) -> tuple[str, ...]:
    """Return the warnings about a policy."""
    content = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": list(rules), **more}
    return warnings(parse_policy(Document("policy.yaml", content, Digest(""))), NOW, labels=labels)


def matching(name: str, **match: Any) -> dict[str, Any]:
    """Return a rule that matches this."""
    return {"name": name, "match": match}


def test_nothing_to_say() -> None:
    """A policy whose rules all have a use gives no warning."""
    assert said(matching("shop", namespaces=["shop"]), matching("hub", images=["docker.io/**"]), ALL) == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"namespaces": ["shop"]}),
        ({"namespaces": ["team-*"]}, {"namespaces": ["team-a"]}),
        ({"images": ["docker.io/**"]}, {"images": ["docker.io/library/*"]}),
        ({"images": ["docker.io/**"]}, {"images": ["docker.io/**"], "namespaces": ["shop"]}),
        ({"namespaces": ["a", "b"]}, {"namespaces": ["b"]}),
    ],
)
def test_rule_that_can_never_match(first: dict[str, Any], second: dict[str, Any]) -> None:
    """A rule is named whose images are all matched by one before it, and that one too."""
    found = said(matching("first", **first), matching("second", **second), ALL)
    assert found[0].startswith("rule second can never match: rule first, before it, matches ")


def test_narrow_rule_before_a_wide_one() -> None:
    """The usual order, narrow before wide, is not warned of."""
    rules = matching("one", namespaces=["team-a"]), matching("some", namespaces=["team-*"])
    assert said(*rules, ALL) == ()


def test_what_no_rule_matches() -> None:
    """A policy without a rule for everything leaves the rest to the strict built-in one."""
    assert said(matching("shop", namespaces=["shop"])) == (
        "no rule matches everything: what none of them matches is judged by the built-in one, which is strict",
    )


@pytest.mark.parametrize(
    ("match", "word"),
    [
        ({"namespaces": ["Shop"]}, "no namespace can be called 'Shop'"),
        ({"serviceAccounts": ["ci_runner"]}, "no service account can be called 'ci_runner'"),
        ({"images": ["docker.io/nginx"]}, "images without a folder are in docker.io/library/"),
        ({"images": ["docker.io/*"]}, "'docker.io/*' can never match"),
        ({"images": ["index.docker.io/**"]}, "index.docker.io is read as docker.io"),
    ],
)
def test_names_that_there_cannot_be(match: dict[str, Any], word: str) -> None:
    """A pattern that fits no name in Kubernetes, or no image as it is read, is named."""
    assert word in said(matching("odd", **match), ALL)[0]


def test_labels_of_namespaces() -> None:
    """A rule that asks for labels is named, unless the gate knows them."""
    rule = matching("prod", namespaceLabels={"stage": "prod"})
    assert "rule prod asks for labels" in said(rule, ALL)[0]
    assert said(rule, ALL, labels=True) == ()


@pytest.mark.parametrize(
    ("expires", "word"),
    [("2026-11-20", "ended on 2026-11-20"), ("2026-11-27", "ends on 2026-11-27"), ("2027-01-31", None)],
)
def test_exceptions_that_end(expires: str, word: str | None) -> None:
    """Exceptions that have ended, or end within days, are named with their owners."""
    grounds = {"reason": "none yet", "owner": "team-a", "expires": expires}
    exemption = grounds | {"images": ["docker.io/library/a", "docker.io/library/b"], "namespaces": ["shop"]}
    ignored = grounds | {"id": "CVE-2026-1", "images": ["docker.io/**"]}
    found = said(ALL, exemptions=[exemption], ignoredVulnerabilities=[ignored, grounds | {"id": "CVE-2026-2"}])
    assert found == (
        ()
        if word is None
        else (
            f"the exemption of docker.io/library/a and 2 more {word} (owner team-a)",
            f"ignoring CVE-2026-1 in docker.io/** {word} (owner team-a)",
            f"ignoring CVE-2026-2 {word} (owner team-a)",
        )
    )


def test_thousands_of_rules() -> None:
    """Rules are compared only with those that begin alike: 2,000 of them are gone through at once."""
    rules = [matching(f"rule-{number}", images=[f"docker.io/team-{number}/**"]) for number in range(2000)]
    assert said(*rules, ALL) == ()


@pytest.mark.parametrize(
    "match",
    [
        lambda number: {"images": [f"docker.io/*/x{number}"]},
        lambda number: {"kinds": ["Pod"], "serviceAccounts": [f"a{number}"]},
    ],
)
def test_thousands_of_rules_that_begin_alike(match: Callable[[int], dict[str, Any]]) -> None:
    """Not even rules that all begin alike are compared without end: a gate reads its policy while it serves."""
    rules = [matching(f"rule-{number}", **match(number)) for number in range(2000)]
    assert said(*rules, ALL) == ()


def test_long_lists_that_begin_alike() -> None:
    """Nor are long lists of patterns."""
    lists = [[f"docker.io/*/x{index}-{number}" for index in range(1000)] for number in range(3)]
    rules = [matching(f"rule-{number}", images=images) for number, images in enumerate(lists)]
    assert said(*rules, ALL) == ()
    assert len(said(*rules, matching("again", images=lists[0]), ALL)) == 1
