"""What holds of every judgement, whatever the counts, the scan and the policy are."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.builders import DIGEST, NOW, digest_of, image, scan, scanned
from webhook.core.evidence import SEVERITIES, Child, Counts, Evidence, Gap, Indexed, Scanned, Single, Unusable
from webhook.core.judging import judge
from webhook.core.policy import Absent, Action, Limits, Mode, OnUnpinned, Rule, Ruling
from webhook.core.reasons import Reason
from webhook.core.verdict import Finding, Verdict

NUMBERS = st.integers(0, 4) | st.integers(0, 2**63 - 1)
COUNTS = st.builds(Counts, **{name: NUMBERS for name in SEVERITIES})
LIMITS = st.builds(Limits, **{name: NUMBERS | st.just("unlimited") for name in SEVERITIES})
AGES = st.timedeltas(timedelta(days=-500), timedelta(days=500))
RULES = st.builds(
    Rule,
    name=st.just("r"),
    mode=st.sampled_from(Mode),
    limits=LIMITS,
    max_scan_age=st.none() | st.timedeltas(timedelta(0), timedelta(days=500)),
    absent_counts=st.sampled_from(Absent),
    on_missing=st.sampled_from(Action),
    on_unfinished=st.sampled_from(Action),
    on_failed=st.sampled_from(Action),
    on_unavailable=st.sampled_from(Action),
    on_unpinned=st.sampled_from(OnUnpinned),
)
SCANS = st.builds(
    lambda counts, age: scanned(counts=counts, scanned_at=NOW - age),
    st.none() | COUNTS,
    AGES,
)
UNUSABLE = st.builds(
    Unusable,
    gap=st.sampled_from(get_args(Gap)),
    detail=st.just("why"),
    scan=st.none() | st.builds(scan, status=st.sampled_from(["RUNNING", "ERROR", "QUEUED"]), counts=st.just(Counts())),
)
SINGLES: st.SearchStrategy[Single] = SCANS | UNUSABLE
INDEXES = st.lists(SINGLES, min_size=1, max_size=3).map(
    lambda children: Indexed(
        digest=DIGEST,
        children=tuple(Child(f"linux/{n}", digest_of(str(n)), one) for n, one in enumerate(children)),
    )
)
EVIDENCE: st.SearchStrategy[Evidence] = SINGLES | INDEXES
TEXTS = st.sampled_from([f"cr.yandex/a@{DIGEST}", "cr.yandex/a:1", "Bad/Image"])

OPEN = {
    "on_missing": {Reason.MISSING, Reason.GONE},
    "on_unfinished": {Reason.UNFINISHED},
    "on_failed": {Reason.FAILED},
    "on_unavailable": {Reason.UNAVAILABLE},
    "on_unpinned": {Reason.UNPINNED},
}
"""Which gaps a switch can open."""


def judged(evidence: Evidence, rule: Rule, text: str = f"cr.yandex/a@{DIGEST}") -> Finding:
    """Judge an image by its evidence, now."""
    return judge(image(text), evidence, Ruling(rule), now=NOW)


def strictness(finding: Finding) -> int:
    """Return how strict a finding is."""
    return [Action.ALLOW, Action.WARN, Action.DENY].index(finding.action)


@settings(max_examples=300)
@given(COUNTS, RULES, AGES, st.sampled_from(SEVERITIES), NUMBERS)
def test_more_vulnerabilities_never_turn_a_denial_into_a_pass(
    counts: Counts, rule: Rule, age: timedelta, name: str, more: int
) -> None:
    """Adding to any count leaves the judgement as strict or makes it stricter."""
    worse: dict[str, Any] = {name: getattr(counts, name) + more}
    before = judged(scanned(counts=counts, scanned_at=NOW - age), rule)
    after = judged(scanned(counts=structs.replace(counts, **worse), scanned_at=NOW - age), rule)

    assert strictness(after) >= strictness(before)


@settings(max_examples=200)
@given(SCANS, RULES, st.sampled_from(SEVERITIES), NUMBERS)
def test_a_lower_limit_never_turns_a_denial_into_a_pass(evidence: Scanned, rule: Rule, name: str, lower: int) -> None:
    """Tightening any limit leaves the judgement as strict or makes it stricter."""
    limit = getattr(rule.limits, name)
    limits = {one: getattr(rule.limits, one) for one in SEVERITIES}
    limits[name] = lower if limit == "unlimited" else min(lower, limit)

    tighter = judged(evidence, replace(rule, limits=Limits(**limits)))

    assert strictness(tighter) >= strictness(judged(evidence, rule))


@settings(max_examples=200)
@given(EVIDENCE, TEXTS)
def test_what_is_no_finished_scan_never_passes_by_default(evidence: Evidence, text: str) -> None:
    """Without a switch that says so, only finished scans within the limits admit, on every platform."""
    if judged(evidence, Rule(name="default"), text).allowed:
        singles = [child.evidence for child in evidence.children] if isinstance(evidence, Indexed) else [evidence]
        assert singles
        assert all(isinstance(one, Scanned) and one.scan.counts in (None, Counts()) for one in singles)


@settings(max_examples=300)
@given(UNUSABLE, RULES)
def test_only_its_own_switch_opens_a_gap(evidence: Unusable, rule: Rule) -> None:
    """A gap without a switch denies under every rule; one with a switch does what that switch says."""
    switch = next((name for name, gaps in OPEN.items() if evidence.gap in gaps), None)
    said = Action.DENY if switch is None else getattr(rule, switch)
    expected = Action.DENY if said is OnUnpinned.RESOLVE else Action(said)

    assert judged(evidence, rule).action is expected


@settings(max_examples=200)
@given(st.lists(st.tuples(EVIDENCE, RULES), min_size=1, max_size=4))
def test_one_more_image_never_opens_a_verdict(pairs: list[tuple[Evidence, Rule]]) -> None:
    """What a part of the images does not get, the whole does not get."""
    findings = tuple(judged(evidence, rule) for evidence, rule in pairs)

    for number in range(1, len(findings)):
        assert Verdict(findings[: number + 1]).allowed <= Verdict(findings[:number]).allowed
    assert Verdict(findings).allowed == all(finding.allowed for finding in findings)


@settings(max_examples=200)
@given(EVIDENCE, RULES, TEXTS)
def test_every_judgement_has_its_facts(evidence: Evidence, rule: Rule, text: str) -> None:
    """A judgement always comes, with a reason and printable facts."""
    finding = judged(evidence, rule, text)

    assert finding.reason in Reason
    assert finding.detail.isascii()
    assert finding.detail.isprintable()
    assert finding.detail
