"""The checks see what they are for: each is handed something that is wrong."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from fuzz import annotation, answers, iam, oracle, pipeline, policy, reference, review
from fuzz.choices import Choices
from tests.builders import NOW, PINNED, SCAN_ID, body, image, parsed, pod
from tests.builders import review as asking
from tests.courts import Answer
from tests.fakes import policy_of
from tests.oracle.verdicts import Outcome
from tests.oracle.verdicts import Verdict as Expected
from webhook.core.answers import parse_scan
from webhook.core.evidence import Counts
from webhook.core.images import ImageReference, parse_reference
from webhook.core.judging import judge
from webhook.core.policy import Action, Policy, Rule, Ruling
from webhook.core.reasons import Exempt
from webhook.core.review import Review, parse_review
from webhook.core.secret import Secret
from webhook.core.tokens import Grant
from webhook.core.verdict import Verdict
from webhook.errors import InvalidReference


def test_reference_that_is_read_otherwise_is_seen() -> None:
    """So are one that is refused without need, and an alias that stays."""

    def lower(text: str) -> ImageReference:
        return parse_reference(text.lower())

    def refusing(text: str) -> ImageReference:
        raise InvalidReference(text)

    reference.check_text("nginx:V1")
    for parse in (lower, refusing):
        with pytest.raises(AssertionError):
            reference.check_text("nginx:V1", parse)


def test_id_that_is_changed_or_taken_is_seen() -> None:
    """Nothing is mended on the way to a URL."""
    with pytest.raises(AssertionError):
        annotation.check_id(" che1", str.strip)
    with pytest.raises(AssertionError):
        annotation.check_id("../a", str)
    with pytest.raises(AssertionError, match="asked for something else"):
        annotation.check_annotation("../a", lambda _: None)


def blind(sent: bytes, kinds: Any, aliases: Any) -> Review:
    """Overlook every image but the first."""
    found = parse_review(sent, kinds, aliases)
    assert not isinstance(found.task, Exempt)
    return msgspec.structs.replace(found, task=msgspec.structs.replace(found.task, images=found.task.images[:1]))


def lazy(sent: bytes, kinds: Any, aliases: Any) -> Review:
    """Exempt everything."""
    return msgspec.structs.replace(parse_review(sent, kinds, aliases), task=Exempt.NO_NEW_IMAGE)


def confused(sent: bytes, kinds: Any, aliases: Any) -> Review:
    """Give each image the annotation of another one."""
    found = parse_review(sent, kinds, aliases)
    assert not isinstance(found.task, Exempt)
    images = tuple(msgspec.structs.replace(one, annotation="che9") for one in found.task.images)
    return msgspec.structs.replace(found, task=msgspec.structs.replace(found.task, images=images))


@pytest.mark.parametrize("parse", [blind, lazy, confused])
def test_review_that_is_read_otherwise_is_seen(parse: review.Parse) -> None:
    """An image that is overlooked, an exemption that nothing shows, an annotation of another container."""
    sent = body(asking(pod(PINNED, "nginx")))

    review.check_body(sent)
    with pytest.raises(AssertionError):
        review.check_body(sent, parse)


@pytest.mark.parametrize("written", ["1", 1.5, True])
def test_count_that_is_lower_or_odd_is_seen(written: Any) -> None:
    """A count that is lost, and what is no count at all."""
    document = {"id": SCAN_ID, "vulnerabilities": {"critical": written}}

    with pytest.raises(AssertionError):
        answers.check_scan(document, lambda _: replace(parse_scan({"id": SCAN_ID}), counts=Counts()))


@pytest.mark.parametrize("grant", [Grant(Secret("other"), 1.0), Grant(Secret("a"), 0.0), Grant(Secret("a"), 1e9)])
def test_grant_that_is_another_is_seen(grant: Grant) -> None:
    """Another token, and one that lives for ever or not at all."""
    with pytest.raises(AssertionError):
        iam.check_grant(grant, "a")


def test_rule_that_is_not_the_first_is_seen() -> None:
    """The search for a rule is held to a walk through all of them."""
    both = replace(policy_of(Rule(name="a")), rules=(Rule(name="a"), Rule(name="b")))

    class Backwards(Policy):
        def ruling(self, *_: Any) -> Ruling:
            return Ruling(self.rules[-1])

    policy.check_ruling(both, policy.WORKLOADS[0], None, None)
    with pytest.raises(AssertionError):
        policy.check_ruling(Backwards(both.rules, both.digest), policy.WORKLOADS[0], None, None)


def test_image_that_nothing_vouches_for_is_seen() -> None:
    """A verdict that lets it pass is found out."""
    asked = parsed(asking(pod(PINNED)))
    found = judge(image(PINNED), policy.FORGED, Ruling(Rule(name="default")), now=NOW)
    world, rules = pipeline.spoiled_world(Choices(b"")), pipeline.POLICIES[0]

    pipeline.check_verdict(asked, Verdict((found,), rules.digest), world, rules)
    with pytest.raises(AssertionError, match="nothing vouches"):
        pipeline.check_verdict(
            asked, Verdict((msgspec.structs.replace(found, action=Action.ALLOW),), rules.digest), world, rules
        )


def test_answer_that_the_oracle_does_not_give_is_seen() -> None:
    """An admission that must not be, and another reason."""
    said = Expected(images={("a", True): frozenset({Outcome("deny", "missing")})})

    oracle.check_answer(said, Answer(200, False, images=((("a", True), Outcome("deny", "missing")),)))
    with pytest.raises(AssertionError, match="must not be"):
        oracle.check_answer(said, Answer(200, True, images=((("a", True), Outcome("allow", "within-limits")),)))
    with pytest.raises(AssertionError, match="stale"):
        oracle.check_answer(said, Answer(200, False, images=((("a", True), Outcome("deny", "stale")),)))
