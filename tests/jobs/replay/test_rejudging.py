"""Decisions, made again: alike under the same policy, and never by a guess under another."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from tests.builders import NOW, pod, scanned
from tests.fakes import WORKLOAD, FakeRegistry
from tests.jobs.replay.again import BAD, GROUNDS, TAGGED, again
from tests.records import OTHER_POLICY, line_about, line_with
from tests.situations import SITUATIONS, Situation, scanned_as
from webhook.core.exemptions import ExceptionList, Exemption
from webhook.core.matching import Match
from webhook.core.patterns import parse_name_pattern
from webhook.core.policy import Limits, OnUnpinned, Policy, Rule, RuleAction
from webhook.core.reasons import Reason
from webhook.core.recorded import parse_record
from webhook.jobs.replay.doubts import Doubt
from webhook.jobs.replay.rejudging import Rejudging


def same(situation: Situation) -> Policy:
    """Return the policy under which a situation is judged."""
    return Policy((situation.rule,), situation.verdict().policy or OTHER_POLICY, situation.exceptions)


@pytest.mark.parametrize("reason", list(Reason))
def test_same_policy_makes_the_same_decision(reason: Reason) -> None:
    """Whatever the reason was, it is the same again, and nothing is in doubt."""
    situation = SITUATIONS[reason]
    before = situation.verdict()
    found = Rejudging(same(situation)).verdict(parse_record(line_about(situation)))
    assert found.doubts == frozenset()
    assert [(one.action, one.reason, one.detail, one.notices, one.allowed) for one in found.verdict.findings] == [
        (one.action, one.reason, one.detail, one.notices, one.allowed) for one in before.findings
    ]


@pytest.mark.parametrize("reason", list(Reason))
def test_same_rules_in_another_file_never_change_a_decision(reason: Reason) -> None:
    """A policy that was only formatted anew decides alike; where that cannot be known, it says so."""
    situation = SITUATIONS[reason]
    before = situation.verdict()
    found = again(line_about(situation), situation.rule, exceptions=situation.exceptions)
    if found.decided:
        assert (found.verdict.allowed, found.verdict.action) == (before.allowed, before.action)
    else:
        assert reason is Reason.RESOLVED_TAG or found.doubts


def test_other_limits() -> None:
    """What was over a limit passes a higher one, and the other way round."""
    over, within = line_with(BAD), line_with(scanned())
    assert again(over, Rule(name="new", limits=Limits(critical=3))).verdict.allowed
    assert again(within, Rule(name="new", limits=Limits(critical=3))).verdict.allowed
    assert not again(over, Rule(name="new", limits=Limits(critical=2))).verdict.allowed


def test_the_present_is_that_of_the_record() -> None:
    """A scan is as old as it was when the decision was made."""
    line = line_with(scanned(), at=NOW + timedelta(days=60))
    [finding] = again(line, Rule(name="new")).verdict.findings
    assert finding.reason is Reason.STALE
    assert again(line_with(scanned()), Rule(name="new")).verdict.allowed


LABELLED = Rule(name="dev", match=Match(namespace_labels=(("env", "dev"),)), limits=Limits(critical=9))


def test_labels() -> None:
    """They are those that were known then; where none are recorded, nobody guesses."""
    assert again(line_with(BAD, labels={"env": "dev"}), LABELLED).verdict.allowed
    assert not again(line_with(BAD, labels={"env": "prod"}), LABELLED).verdict.allowed
    unknown = again(line_with(BAD), LABELLED)
    assert (unknown.decided, unknown.doubts) == (False, frozenset({Doubt.LABELS}))


def test_service_account_of_an_older_record() -> None:
    """Rules by service account cannot be applied to records that do not name it."""
    document = msgspec.json.decode(line_with(BAD))
    document["request"].pop("serviceAccount")
    match = Match(service_accounts=(parse_name_pattern("*"),))
    found = again(msgspec.json.encode(document), Rule(name="robots", match=match))
    assert (found.decided, found.doubts) == (False, frozenset({Doubt.ACCOUNT}))


def test_rule_that_wants_no_scan_needs_no_evidence() -> None:
    """It decides about every record."""
    for reason in Reason:
        rule = Rule(name="closed", action=RuleAction.DENY)
        found = again(line_about(SITUATIONS[reason]), rule)
        assert (found.decided, found.verdict.allowed) == (True, False)


def test_exemption() -> None:
    """An exemption of the other policy turns a denial; forgeries stay what they are."""
    exempted = ExceptionList((Exemption(grounds=GROUNDS, namespaces=(parse_name_pattern(WORKLOAD.namespace),)),))
    assert again(line_with(BAD), Rule(name="new"), exceptions=exempted).verdict.allowed
    forged = line_about(SITUATIONS[Reason.MISMATCHED])
    assert not again(forged, Rule(name="new"), exceptions=exempted).verdict.allowed


def test_one_image_that_is_refused_decides_for_a_pod() -> None:
    """What is not known of the other images makes no difference then."""
    situation = replace(scanned_as(), pod=pod("Bad/Image", TAGGED), registry=FakeRegistry())
    found = again(line_about(situation), Rule(name="new", on_unpinned=OnUnpinned.RESOLVE))
    assert (found.decided, found.verdict.allowed, found.doubts) == (True, False, frozenset({Doubt.TAG}))
