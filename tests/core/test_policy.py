"""The policy: which rule is taken for an image, and what it needs to know for that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import DIGEST, NOW
from webhook.core.exemptions import ExceptionList, Exceptions, Exemption, Grounds, IgnoredVulnerability
from webhook.core.images import parse_reference
from webhook.core.matching import Match, Workload
from webhook.core.patterns import ImagePattern, NamePattern
from webhook.core.policy import Counting, Mode, Policy, Rule, Ruling

SHOP = Rule(name="shop", match=Match(namespaces=(NamePattern("shop"),)))
LABELLED = Rule(name="labelled", match=Match(namespace_labels=(("env", "dev"),)))
LAST = Rule(name="last")
IMAGE = parse_reference(f"cr.yandex/crp1/shop/api@{DIGEST}")
GROUNDS = Grounds(reason="r", owner="o", ends=NOW + timedelta(days=9))


def test_first_rule_that_matches_decides() -> None:
    """The others do not matter."""
    policy = Policy((SHOP, LAST), DIGEST)

    assert policy.ruling(Workload(namespace="shop"), None, IMAGE) == Ruling(SHOP)
    assert policy.ruling(Workload(namespace="pay"), None, IMAGE) == Ruling(LAST)


def test_rule_is_not_sure_where_labels_are_not_known() -> None:
    """It stands, and is not passed over: a later rule might be more lenient."""
    policy = Policy((LABELLED, LAST), DIGEST)

    assert policy.needs_labels
    assert policy.ruling(Workload(), None, IMAGE) == Ruling(LABELLED, sure=False, mode=Mode.ENFORCE)
    assert policy.ruling(Workload(), {"env": "dev"}, IMAGE) == Ruling(LABELLED)
    assert policy.ruling(Workload(), {}, IMAGE) == Ruling(LAST)
    assert not Policy((SHOP, LAST), DIGEST).needs_labels


def test_ruling_has_the_exceptions_of_the_image() -> None:
    """And of no other."""
    ours = Exemption(grounds=GROUNDS, digests=(DIGEST,))
    others = Exemption(grounds=GROUNDS, images=(ImagePattern("docker.io/**"),))
    policy = Policy((LAST,), DIGEST, ExceptionList((ours, others)))

    assert policy.ruling(Workload(), None, IMAGE).exceptions == Exceptions((ours,))


@pytest.mark.parametrize(
    ("ruling", "lowers"),
    [
        (Ruling(LAST), False),
        (Ruling(replace(LAST, only_fixable=True)), True),
        (Ruling(replace(LAST, counting=Counting.DISTINCT)), True),
        (Ruling(LAST, Exceptions(ignored=(IgnoredVulnerability(grounds=GROUNDS, id="CVE-1"),))), True),
        (Ruling(LAST, Exceptions((Exemption(grounds=GROUNDS, digests=(DIGEST,)),))), False),
    ],
)
def test_list_of_vulnerabilities_is_wanted_where_it_may_lower_a_count(ruling: Ruling, lowers: bool) -> None:
    """It costs calls, and nobody asks for it in vain."""
    assert ruling.lowers is lowers


@pytest.mark.parametrize(
    ("modes", "strictest"),
    [
        ([Mode.AUDIT, Mode.AUDIT], Mode.AUDIT),
        ([Mode.AUDIT, Mode.WARN], Mode.WARN),
        ([Mode.WARN, Mode.ENFORCE], Mode.ENFORCE),
    ],
)
def test_image_that_cannot_be_read_is_refused_in_the_strictest_mode(modes: list[Mode], strictest: Mode) -> None:
    """It may be one of those that a rule is about: whoever writes a pod cannot choose the lenient one."""
    vendors = replace(LAST, name="vendors", match=Match(images=(ImagePattern("docker.io/**"),)), mode=modes[0])
    ruling = Policy((vendors, replace(LAST, mode=modes[1])), DIGEST).ruling(Workload(), None, None)

    assert (ruling.sure, ruling.mode) == (False, strictest)


def test_what_no_rule_matches_has_the_built_in_one() -> None:
    """Records call it `default`, and it is as strict as a rule that says nothing."""
    assert Policy((SHOP,), DIGEST).ruling(Workload(namespace="pay"), None, IMAGE) == Ruling(Rule(name="default"))


def test_without_a_rule_for_everything_the_strict_one_may_apply() -> None:
    """So its mode counts among those that might."""
    assert Policy((replace(LABELLED, mode=Mode.AUDIT),), DIGEST).ruling(Workload(), None, IMAGE).mode is Mode.ENFORCE
