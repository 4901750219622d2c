"""Policies, written: what is written is read as the same."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DIGEST
from tests.core.test_judging_properties import RULES
from webhook.core.documents import Document
from webhook.core.exemptions import ExceptionList, Exemption, Grounds, IgnoredVulnerability
from webhook.core.matching import Match
from webhook.core.patterns import parse_image_pattern, parse_name_pattern, parse_package_pattern
from webhook.core.policy import Counting, Policy, Rule, RuleAction
from webhook.core.policy_file import parse_policy
from webhook.core.policy_writing import render_policy
from webhook.core.workloads import BUILT_IN, POD, Kind

NAMES = st.lists(st.sampled_from(["shop", "team-*", "*"]).map(parse_name_pattern), max_size=2).map(tuple)
IMAGES = st.lists(
    st.sampled_from(["cr.yandex/**", "docker.io/library/*", "**", "r.example:5000/a"]).map(parse_image_pattern),
    max_size=2,
).map(tuple)
PACKAGES = st.lists(st.sampled_from(["openssl", "@babel/*"]).map(parse_package_pattern), max_size=2).map(tuple)
KINDS = st.lists(st.sampled_from([*BUILT_IN, Kind("argoproj.io", "Rollout")]), max_size=2).map(tuple)
MATCHES = st.builds(
    Match,
    namespaces=NAMES,
    images=IMAGES,
    kinds=KINDS,
    service_accounts=NAMES,
    namespace_labels=st.dictionaries(st.sampled_from("ab"), st.sampled_from("xy")).map(
        lambda d: tuple(sorted(d.items()))
    ),
)
MILLISECONDS = st.integers(0, 10**10).map(lambda number: timedelta(milliseconds=number))
GROUNDS = st.builds(
    Grounds,
    reason=st.text(min_size=1, max_size=20),
    owner=st.text(min_size=1, max_size=20),
    ends=st.integers(10**12, 4 * 10**12).map(lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)),
)
EXEMPTIONS = st.builds(
    Exemption, grounds=GROUNDS, images=IMAGES, digests=st.sampled_from([(), (DIGEST,)]), namespaces=NAMES
).filter(lambda one: bool(one.images or one.digests or one.namespaces))
IGNORED = st.builds(IgnoredVulnerability, grounds=GROUNDS, id=st.just("CVE-2026-1"), images=IMAGES, packages=PACKAGES)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return a policy that a file could hold."""
    rules = []
    for number in range(draw(st.integers(1, 4))):
        match, action = draw(MATCHES), draw(st.sampled_from(RuleAction))
        lenient = action in (RuleAction.ALLOW, RuleAction.WARN)
        rules.append(
            replace(
                draw(RULES),
                name=f"rule-{number}",
                match=match,
                action=RuleAction.DENY if lenient and not match.images else action,
                counting=draw(st.sampled_from(Counting)),
                only_fixable=draw(st.booleans()),
                new_findings_grace=draw(MILLISECONDS),
                max_scan_age=draw(st.none() | MILLISECONDS),
            )
        )
    exceptions = ExceptionList(
        tuple(draw(st.lists(EXEMPTIONS, max_size=2))), tuple(draw(st.lists(IGNORED, max_size=2)))
    )
    return Policy(tuple(rules), DIGEST, exceptions)


def test_every_part_is_written() -> None:
    """Rules with their matches and times, exemptions, ignored vulnerabilities."""
    grounds = Grounds(reason="no fix", owner="shop", ends=datetime(2026, 12, 1, tzinfo=UTC))
    images = (parse_image_pattern("cr.yandex/**"),)
    rule = Rule(
        name="shop",
        match=Match(namespaces=(parse_name_pattern("shop"),), kinds=(POD,), namespace_labels=(("env", "dev"),)),
        max_scan_age=None,
        new_findings_grace=timedelta(seconds=1, milliseconds=500),
    )
    exceptions = ExceptionList(
        (Exemption(grounds=grounds, images=images, digests=(DIGEST,)),),
        (IgnoredVulnerability(grounds=grounds, id="CVE-1", packages=(parse_package_pattern("openssl"),)),),
    )
    policy = Policy((rule, Rule(name="all")), DIGEST, exceptions)
    content = render_policy(policy)

    assert content["rules"][0]["maxScanAge"] == "unlimited"
    assert content["rules"][0]["newFindingsGrace"] == "1s500ms"
    assert parse_policy(Document("policy.yaml", content, DIGEST)) == policy


@settings(max_examples=200, deadline=None)
@given(policies())
def test_what_is_written_is_read_as_the_same(policy: Policy) -> None:
    """Also by way of JSON."""
    content = json.loads(json.dumps(render_policy(policy)))

    assert parse_policy(Document("policy.yaml", content, DIGEST)) == policy
