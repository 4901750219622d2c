"""What a record does not say: it leaves a decision open, or makes no difference."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import NOW, digest_of, image, scanned
from tests.jobs.replay.again import BAD, TAGGED, again, ignoring, listed
from tests.records import line_with
from webhook.core.evidence import Child, Evidence, Indexed, NotAsked, Scanned, Unusable
from webhook.core.lookup import Source
from webhook.core.policy import Action, Limits, OnUnpinned, Rule
from webhook.core.reasons import Reason
from webhook.jobs.replay.doubts import Doubt


def test_findings_that_are_recorded() -> None:
    """They are enough to leave some out."""
    assert again(line_with(listed()), Rule(name="new"), exceptions=ignoring()).verdict.allowed


@pytest.mark.parametrize("evidence", [BAD, listed(501)], ids=["not listed", "cut off"])
def test_findings_that_are_not_recorded(evidence: Scanned) -> None:
    """It may pass without some of them, or not: that is undecided."""
    found = again(line_with(evidence), Rule(name="new"), exceptions=ignoring())
    assert (found.decided, found.doubts) == (False, frozenset({Doubt.FINDINGS}))


def test_findings_that_make_no_difference() -> None:
    """Within the limits nobody asks for them, and a scan that is too old is refused whatever is in it."""
    within = again(line_with(BAD), Rule(name="new", limits=Limits(critical=3)), exceptions=ignoring())
    assert (within.decided, within.doubts, within.verdict.allowed) == (True, frozenset(), True)
    stale = again(line_with(BAD), Rule(name="new", max_scan_age=timedelta(minutes=1)), exceptions=ignoring())
    assert (stale.decided, stale.verdict.findings[0].reason) == (True, Reason.STALE)


def test_grace_without_earlier_scans() -> None:
    """An earlier scan may have been within the limits: that is undecided, until the record has them."""
    rule = Rule(name="new", new_findings_grace=timedelta(days=7))
    found = again(line_with(BAD), rule)
    assert (found.decided, found.doubts) == (False, frozenset({Doubt.EARLIER}))
    earlier = replace(scanned().scan, scanned_at=NOW - timedelta(days=1))
    known = again(line_with(replace(BAD, earlier=(earlier,))), rule)
    assert (known.decided, known.verdict.findings[0].reason) == (True, Reason.NEW_FINDINGS)


UNASKED: list[tuple[Evidence, str, Rule, Doubt]] = [
    (NotAsked(), image().text, Rule(name="new"), Doubt.NOT_ASKED),
    (scanned(), image().text, Rule(name="new", require_latest=True), Doubt.LATEST),
    (
        Unusable(gap=Reason.UNPINNED, detail="x"),
        TAGGED,
        Rule(name="new", on_unpinned=OnUnpinned.RESOLVE),
        Doubt.TAG,
    ),
    (
        Unusable(gap=Reason.MISSING, detail="x", source=Source.REGISTRY),
        image().text,
        Rule(name="new", scan_on_missing=True, on_unfinished=Action.ALLOW),
        Doubt.SCAN_ON_MISSING,
    ),
    (
        Unusable(gap=Reason.UNFINISHED, detail="x", source=Source.REGISTRY),
        image().text,
        Rule(name="new", on_unfinished=Action.ALLOW),
        Doubt.SCAN_ON_MISSING,
    ),
]


@pytest.mark.parametrize(("evidence", "text", "rule", "doubt"), UNASKED, ids=[str(case[-1]) for case in UNASKED])
def test_what_was_not_asked_is_not_guessed(evidence: Evidence, text: str, rule: Rule, doubt: Doubt) -> None:
    """Where the other policy would have asked the registry something else, the decision is undecided."""
    found = again(line_with(evidence, text=text), rule)
    assert (found.decided, found.doubts) == (False, frozenset({doubt}))


def test_tag_that_was_resolved_is_unpinned_to_a_policy_that_does_not() -> None:
    """A clean scan of what the tag named is no excuse."""
    found = again(line_with(scanned(), text=TAGGED), Rule(name="new"))
    assert (found.decided, found.verdict.findings[0].reason) == (True, Reason.UNPINNED)


def test_index_is_decided_by_what_is_known_of_one_platform() -> None:
    """Where one platform is refused for certain, what is not known of another makes no difference."""
    stale = scanned(counts=BAD.scan.counts, scanned_at=NOW - timedelta(days=99))
    children = (Child("linux/amd64", digest_of("1"), BAD), Child("linux/arm64", digest_of("2"), stale))
    index = Indexed(digest=digest_of("0"), children=children)
    found = again(line_with(index), Rule(name="new"), exceptions=ignoring())
    assert (found.decided, found.verdict.findings[0].reason) == (True, Reason.STALE)
    open_ = again(line_with(replace(index, children=children[:1])), Rule(name="new"), exceptions=ignoring())
    assert (open_.decided, open_.doubts) == (False, frozenset({Doubt.FINDINGS}))
