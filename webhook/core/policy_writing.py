"""Policies, written: the document that says what a policy says."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import msgspec

from webhook.core.exemptions import Exemption, Grounds, IgnoredVulnerability
from webhook.core.matching import Match
from webhook.core.patterns import ImagePattern, NamePattern
from webhook.core.policy import UNLIMITED, Policy, Rule
from webhook.core.policy_schema import API_VERSION, KIND, ExemptionText, IgnoredText, MatchText, PolicyText, RuleText
from webhook.core.times import render_time


def render_policy(policy: Policy) -> dict[str, Any]:
    """Return the content of a policy file from which `parse_policy` makes the same rules and exceptions."""
    written = PolicyText(
        api_version=API_VERSION,
        kind=KIND,
        rules=tuple(map(_rule, policy.rules)),
        exemptions=tuple(map(_exemption, policy.exceptions.exemptions)),
        ignored_vulnerabilities=tuple(map(_ignored, policy.exceptions.ignored)),
    )
    document: dict[str, Any] = msgspec.to_builtins(written)
    return document


def _rule(rule: Rule) -> RuleText:
    written = {"match", "max_scan_age", "new_findings_grace"}
    return RuleText(
        match=_match(rule.match),
        max_scan_age=UNLIMITED if rule.max_scan_age is None else _duration(rule.max_scan_age),
        new_findings_grace=_duration(rule.new_findings_grace),
        **{name: getattr(rule, name) for name in RuleText.__struct_fields__ if name not in written},
    )


def _match(match: Match) -> MatchText:
    return MatchText(
        namespaces=_texts(match.namespaces),
        namespace_labels=dict(match.namespace_labels),
        images=_texts(match.images),
        kinds=tuple(map(str, match.kinds)),
        service_accounts=_texts(match.service_accounts),
    )


def _exemption(exemption: Exemption) -> ExemptionText:
    return ExemptionText(
        images=_texts(exemption.images),
        digests=exemption.digests,
        namespaces=_texts(exemption.namespaces),
        **_grounds(exemption.grounds),
    )


def _ignored(ignored: IgnoredVulnerability) -> IgnoredText:
    return IgnoredText(
        id=ignored.id,
        images=_texts(ignored.images),
        packages=_texts(ignored.packages),
        **_grounds(ignored.grounds),
    )


def _grounds(grounds: Grounds) -> dict[str, str]:
    return {"reason": grounds.reason, "owner": grounds.owner, "expires": render_time(grounds.ends)}


def _texts(patterns: Iterable[ImagePattern | NamePattern]) -> tuple[str, ...]:
    return tuple(pattern.text for pattern in patterns)


def _duration(time: timedelta) -> str:
    """Write whole milliseconds, the finest that a policy can say."""
    seconds, rest = divmod(time, timedelta(seconds=1))
    parts = [f"{seconds}s" if seconds or not rest else "", f"{rest // timedelta(milliseconds=1)}ms" if rest else ""]
    return "".join(parts)
