"""What holds of every policy: forgetting something never opens the gate, and nothing odd gets in or out."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import DIGEST, NOW, PINNED, image
from tests.core.test_judging_properties import EVIDENCE
from tests.core.test_policy_writing import policies
from webhook.core.documents import Document
from webhook.core.evidence import Evidence
from webhook.core.exemptions import ExceptionList
from webhook.core.images import parse_reference
from webhook.core.judging import judge
from webhook.core.matching import Workload
from webhook.core.policy import STRICT, Policy
from webhook.core.policy_file import parse_policy
from webhook.core.workloads import POD
from webhook.errors import InvalidDocument

WORKLOAD = Workload(namespace="shop", kind=POD, service_account="team-1")
REFERENCE = parse_reference(PINNED)

LENIENT: dict[str, list[Any]] = {
    "mode": ["warn", "audit"],
    "limits": [{"critical": 2}, {"critical": "unlimited", "low": 4}],
    "counting": ["distinct"],
    "onlyFixable": [True],
    "newFindingsGrace": ["720h"],
    "maxScanAge": ["2000h", "unlimited"],
    "scanOnMissing": [True],
    "onMissing": ["allow", "warn"],
    "onUnfinished": ["allow", "warn"],
    "onFailed": ["allow", "warn"],
    "onUnavailable": ["allow", "warn"],
    "onUnpinned": ["allow", "warn"],
}
"""Fields of a rule that can let more pass than a rule without them. The others can only refuse more: `action: deny`,
`absentCounts: deny`, `requireLatest`, and a shorter `maxScanAge`."""

RULES = st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in LENIENT.items()})


def policy(*rules: dict[str, Any]) -> Policy:
    """Return the policy of these rules, as from a file."""
    named = [{"name": f"rule-{number}", **rule} for number, rule in enumerate(rules)]
    content = {"apiVersion": "scangate.dev/v1", "kind": "ScanPolicy", "rules": named}
    return parse_policy(Document("policy.yaml", content, DIGEST))


def admits(policy: Policy, evidence: Evidence) -> bool:
    """Tell whether an image with this evidence is admitted."""
    return judge(image(PINNED), evidence, policy.ruling(WORKLOAD, None, REFERENCE), now=NOW).allowed


@settings(max_examples=300)
@given(RULES, EVIDENCE, st.data())
def test_field_that_is_removed_opens_nothing(rule: dict[str, Any], evidence: Evidence, data: st.DataObject) -> None:
    """What passes without it passed with it."""
    field = data.draw(st.sampled_from(sorted(rule) or ["mode"]))
    without = {key: value for key, value in rule.items() if key != field}

    assert admits(policy(rule), evidence) or not admits(policy(without), evidence)


@settings(max_examples=200, deadline=None)
@given(policies(), EVIDENCE)
def test_exceptions_that_are_removed_open_nothing(policy: Policy, evidence: Evidence) -> None:
    """What passes without them passed with them."""
    without = replace(policy, exceptions=ExceptionList())

    assert admits(policy, evidence) or not admits(without, evidence)


@settings(max_examples=200, deadline=None)
@given(policies(), EVIDENCE, st.data())
def test_rule_that_is_removed_leaves_the_image_to_the_next(
    policy: Policy, evidence: Evidence, data: st.DataObject
) -> None:
    """To one that matches it as well or, where there is none, to the strict rule; never to nobody."""
    position = data.draw(st.integers(0, len(policy.rules) - 1))
    rules = (*policy.rules[:position], *policy.rules[position + 1 :])
    rule = replace(policy, rules=rules).ruling(WORKLOAD, None, REFERENCE).rule

    assert rule in (*rules, STRICT)
    assert rule is STRICT or rules.index(rule) == min(
        at for at, one in enumerate(rules) if one == rule or one.match.fit(WORKLOAD, None, REFERENCE).value != "no"
    )
    assert admits(policy, evidence) in (True, False)


GARBAGE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=9,
)
KEYS = ["apiVersion", "kind", "rules", "exemptions", "ignoredVulnerabilities"]
ENTRIES = st.dictionaries(
    st.sampled_from(["name", "match", "action", "limits", "expires", "reason", "owner", "id", "images", "maxScanAge"]),
    GARBAGE | st.sampled_from(["a", "allow", "2026-12-31", "0s", ["docker.io/**"], {"images": ["**"]}]),
)
FILES = GARBAGE | st.fixed_dictionaries(
    {"apiVersion": st.just("scangate.dev/v1"), "kind": st.just("ScanPolicy")},
    optional={key: st.lists(ENTRIES, max_size=2) | GARBAGE for key in KEYS[2:]},
)


def refusal(content: Any) -> str | None:
    """Return what is said about a file that is no policy; None of one that is."""
    try:
        parse_policy(Document("policy.yaml", content, DIGEST))
    except InvalidDocument as error:
        return str(error)
    return None


@settings(max_examples=500, deadline=None)
@given(FILES)
def test_whatever_stands_in_a_file_it_is_a_policy_or_refused(content: Any) -> None:
    """With one kind of error, whose message can be shown."""
    said = refusal(content)

    assert said is None or (said.startswith("policy.yaml: ") and said.isprintable())


@pytest.mark.parametrize("action", ["allow", "warn"])
def test_rule_that_lets_images_pass_unseen_names_them(action: str) -> None:
    """A match that was forgotten would open everything."""
    with pytest.raises(InvalidDocument, match=r"rules\[0\].match.images: is required where action is"):
        policy({"action": action})
    with pytest.raises(InvalidDocument, match=r"rules\[0\].match.images: is required where action is"):
        policy({"action": action, "match": {"namespaces": ["shop"]}})

    assert policy({"action": action, "match": {"images": ["**"]}}).rules[0].match.images
