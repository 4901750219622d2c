"""What is right in a policy, and yet hardly meant: rules that can never match, exceptions that have ended."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from webhook.core.coverage import covers, effort
from webhook.core.exemptions import Exemption, IgnoredVulnerability
from webhook.core.images import DOCKER_HUB
from webhook.core.matching import Match
from webhook.core.patterns import ANY_PARTS, ImagePattern
from webhook.core.policy import Policy, Rule

_NAMESPACE = re.compile(r"[a-z0-9*-]{1,63}", re.ASCII)
"""A label of RFC 1123, or a pattern of some: what a namespace may be called."""

_SERVICE_ACCOUNT = re.compile(r"[a-z0-9.*-]{1,253}", re.ASCII)
"""A subdomain of RFC 1123, or a pattern of some."""

MAX_EFFORT = 50_000
"""Pairs of patterns that are compared in one policy: half a second of them. Only rules that begin alike are."""

HUB_INDEX = f"index.{DOCKER_HUB}"
"""Another name of Docker Hub, which never stays in a reference."""


def warnings(policy: Policy, now: datetime, *, labels: bool = False) -> tuple[str, ...]:
    """Return what somebody should look at, one sentence each; the rules in their order, then the exceptions.

    *labels* says whether the gate can have labels of namespaces.
    """
    return tuple(_of_rules(policy.rules, labels=labels)) + tuple(_of_exceptions(policy, now))


def _of_rules(rules: Sequence[Rule], *, labels: bool) -> Iterator[str]:
    earlier = _Earlier()
    for rule in rules:
        before = earlier.covering(rule.match)
        if before is not None:
            all_of = "everything" if before.match.everything else "all that it does"
            yield f"rule {rule.name} can never match: rule {before.name}, before it, matches {all_of}"
        yield from (f"rule {rule.name}: {problem}" for problem in _of_match(rule.match))
        if rule.match.namespace_labels and not labels:
            yield f"rule {rule.name} asks for labels of namespaces, which only a gate with apiServer set knows"
        earlier.add(rule)
    if not any(rule.match.everything for rule in rules):
        yield "no rule matches everything: what none of them matches is judged by the built-in one, which is strict"


def _of_match(match: Match) -> Iterator[str]:
    """Yield which of its patterns fit no name that there can be."""
    for pattern in match.namespaces:
        if _NAMESPACE.fullmatch(pattern.text) is None:
            yield f"no namespace can be called '{pattern.text}'"
    for pattern in match.service_accounts:
        if _SERVICE_ACCOUNT.fullmatch(pattern.text) is None:
            yield f"no service account can be called '{pattern.text}'"
    yield from filter(None, map(_of_image, match.images))


def _of_image(pattern: ImagePattern) -> str | None:
    host, *parts = pattern.text.split("/")
    if host == HUB_INDEX:
        return f"'{pattern.text}' can never match: {host} is read as {DOCKER_HUB}"
    if host == DOCKER_HUB and len(parts) == 1 and parts != [ANY_PARTS]:
        return f"'{pattern.text}' can never match: images without a folder are in {DOCKER_HUB}/library/"
    return None


def _of_exceptions(policy: Policy, now: datetime) -> Iterator[str]:
    for exemption in policy.exceptions.exemptions:
        notice = exemption.grounds.notice(f"the exemption of {_about(exemption)}", now)
        if notice is not None:
            yield notice
    for ignored in policy.exceptions.ignored:
        notice = ignored.grounds.notice(f"ignoring {ignored.id}{_within(ignored)}", now)
        if notice is not None:
            yield notice


def _about(exemption: Exemption) -> str:
    """Name what an exemption is about by the first of its entries."""
    named = [pattern.text for pattern in exemption.images]
    named += exemption.digests
    named += [f"namespace {pattern.text}" for pattern in exemption.namespaces]
    return named[0] if len(named) == 1 else f"{named[0]} and {len(named) - 1} more"


def _within(ignored: IgnoredVulnerability) -> str:
    return f" in {ignored.images[0].text}" if ignored.images else ""


class _Earlier:
    """The rules so far, filed by what the names and images that they match begin with."""

    def __init__(self) -> None:
        self._filed: defaultdict[tuple[str, str], list[Rule]] = defaultdict(list)
        self._left = MAX_EFFORT

    def add(self, rule: Rule) -> None:
        for key in self._keys(rule.match):
            self._filed[key].append(rule)

    def covering(self, match: Match) -> Rule | None:
        """Return a rule that matches all that *match* does; None where none plainly does."""
        places = [("", "")]
        if match.namespaces:
            places += _beginnings("namespace", match.namespaces[0].prefix)
        if match.images:
            places += _beginnings("image", match.images[0].prefix)
        filed = (rule for place in places for rule in self._filed.get(place, ()))
        for rule in filed:
            if self._left <= 0:
                return None
            pairs = effort(rule.match, match)
            # What is too much for the rest is left out, which costs no more than the counting did.
            worth = pairs <= self._left
            self._left -= pairs if worth else len(rule.match.images) + len(match.images) + 1
            if worth and covers(rule.match, match):
                return rule
        return None

    @staticmethod
    def _keys(match: Match) -> set[tuple[str, str]]:
        if match.namespaces:
            return {("namespace", pattern.prefix) for pattern in match.namespaces}
        return {("image", pattern.prefix) for pattern in match.images} or {("", "")}


def _beginnings(what: str, text: str) -> Iterator[tuple[str, str]]:
    return ((what, text[:length]) for length in range(len(text) + 1))
