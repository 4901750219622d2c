"""Which rule applies: what matches, in which order, and that the index changes nothing but the time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import DIGEST
from webhook.core.images import ImageReference, parse_reference
from webhook.core.matching import EVERYTHING, Fit, Index, Match, Workload
from webhook.core.patterns import ImagePattern, NamePattern
from webhook.core.policy import STRICT, Policy, Rule
from webhook.core.workloads import POD, Kind

WORKLOAD = Workload(namespace="shop", kind=POD, service_account="runner")
IMAGE = parse_reference(f"cr.yandex/crp1/shop/api@{DIGEST}")

NAMES = st.sampled_from(["shop", "shop-2", "pay", "s*", "*", "*-2", "p*y"])
IMAGES = st.sampled_from(["cr.yandex/crp1/**", "cr.yandex/**", "**", "docker.io/library/*", "cr.yandex/crp1/a"])
MATCHES = st.builds(
    Match,
    namespaces=st.lists(NAMES.map(NamePattern), max_size=2).map(tuple),
    images=st.lists(IMAGES.map(ImagePattern), max_size=2).map(tuple),
    kinds=st.sampled_from([(), (POD,), (Kind("apps", "Deployment"),)]),
    namespace_labels=st.sampled_from([(), (("env", "dev"),)]),
    service_accounts=st.sampled_from([(), (NamePattern("run*"),)]),
)
REFERENCES = st.sampled_from(
    [None, *map(parse_reference, ["cr.yandex/crp1/a", "cr.yandex/crp1", "cr.yandex/x/y", "nginx"])]
)


@pytest.mark.parametrize(
    ("match", "fit"),
    [
        (EVERYTHING, Fit.YES),
        (Match(namespaces=(NamePattern("sh*"),)), Fit.YES),
        (Match(namespaces=(NamePattern("pay"), NamePattern("shop"))), Fit.YES),
        (Match(namespaces=(NamePattern("pay"),)), Fit.NO),
        (Match(images=(ImagePattern("cr.yandex/crp1/**"),)), Fit.YES),
        (Match(images=(ImagePattern("docker.io/**"),)), Fit.NO),
        (Match(kinds=(Kind("apps", "Deployment"), POD)), Fit.YES),
        (Match(kinds=(Kind("apps", "Deployment"),)), Fit.NO),
        (Match(service_accounts=(NamePattern("run*"),)), Fit.YES),
        (Match(service_accounts=(NamePattern("default"),)), Fit.NO),
        (Match(namespace_labels=(("env", "dev"),)), Fit.YES),
        (Match(namespace_labels=(("env", "prod"),)), Fit.NO),
        (Match(namespace_labels=(("team", "dev"),)), Fit.NO),
        (Match(namespaces=(NamePattern("shop"),), images=(ImagePattern("docker.io/**"),)), Fit.NO),
    ],
)
def test_everything_named_must_fit(match: Match, fit: Fit) -> None:
    """Of a list one entry is enough; every list that is there needs one."""
    assert match.fit(WORKLOAD, {"env": "dev"}, IMAGE) is fit


def test_unknown_labels_are_neither_yes_nor_no() -> None:
    """Unless the rest does not fit anyway."""
    match = Match(namespaces=(NamePattern("shop"),), namespace_labels=(("env", "dev"),))

    assert match.fit(WORKLOAD, None, IMAGE) is Fit.UNKNOWN
    assert match.fit(Workload(namespace="pay"), None, IMAGE) is Fit.NO


def test_image_that_cannot_be_read_may_fit_any_pattern_of_images() -> None:
    """Nobody knows: the rule is neither passed over nor sure."""
    assert Match(images=(ImagePattern("docker.io/**"),)).fit(WORKLOAD, None, None) is Fit.UNKNOWN
    assert EVERYTHING.fit(WORKLOAD, None, None) is Fit.YES


@given(st.lists(MATCHES, max_size=6), NAMES, REFERENCES, st.sampled_from([None, {}, {"env": "dev"}]))
def test_first_match_is_the_first_in_the_file(
    matches: list[Match], namespace: str, reference: ImageReference | None, labels: dict[str, str] | None
) -> None:
    """Looking at one match after the other comes to the same result; one or none decides, never two."""
    workload = Workload(namespace=namespace, kind=POD, service_account="runner")
    slowly = (
        (at, fit) for at, one in enumerate(matches) if (fit := one.fit(workload, labels, reference)) is not Fit.NO
    )

    assert Index(tuple(matches)).first(workload, labels, reference) == next(slowly, None)


def test_what_no_rule_matches_is_judged_strictly() -> None:
    """The rule for it has nothing in it, and so lets nothing pass."""
    policy = Policy((Rule(name="pay", match=Match(namespaces=(NamePattern("pay"),))),), DIGEST)

    assert policy.ruling(WORKLOAD, None, IMAGE).rule is STRICT


def test_a_thousand_rules_cost_little_more_than_ten() -> None:
    """The search looks at those that may fit. Measured side by side, with a wide margin for a busy machine."""

    def seconds(number: int) -> float:
        rules = [
            Match(namespaces=(NamePattern(f"team-{at}"), NamePattern(f"team-{at}-*"))) for at in range(number // 2)
        ]
        rules += [Match(images=(ImagePattern(f"cr.yandex/crp{at}/**"),)) for at in range(number // 2)]
        index = Index((*rules, EVERYTHING))
        began = time.process_time()
        for _ in range(2000):
            assert index.first(WORKLOAD, None, IMAGE) == (number // 2 + 1, Fit.YES)
        return time.process_time() - began

    few, many = min(seconds(10) for _ in range(5)), min(seconds(2000) for _ in range(5))
    assert many < 2 * few
