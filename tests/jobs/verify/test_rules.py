"""Which requests the gate is asked about."""

import msgspec
import pytest

from tests.jobs.verify.webhooks import RULE, changed, found
from webhook.core.registration import Rule
from webhook.jobs.verify.finding import Effect


def rule(**fields: object) -> Rule:
    """Return the rule with other values in *fields*."""
    return msgspec.structs.replace(RULE, **fields)


@pytest.mark.parametrize(
    ("live", "missing"),
    [
        pytest.param((), 4, id="none at all"),
        pytest.param((rule(operations=("CREATE",)),), 2, id="operation"),
        pytest.param((rule(resources=("pods",)),), 2, id="subresource"),
        pytest.param((rule(resources=("pods/ephemeralcontainers",)),), 2, id="resource"),
        pytest.param((rule(resources=("*",)),), 2, id="every resource, but no subresource"),
        pytest.param((rule(resources=("pods", "*/status")),), 2, id="another subresource"),
        pytest.param((rule(resources=("services/*", "pods")),), 2, id="subresources of another resource"),
        pytest.param((rule(api_versions=("v1",)),), 4, id="version"),
        pytest.param((rule(api_groups=("apps",)),), 4, id="group"),
        pytest.param((rule(scope="Cluster"),), 4, id="scope"),
        pytest.param((rule(scope="Namespaced"),), 4, id="narrower scope"),
        pytest.param((rule(operations=()),), 4, id="no operation"),
    ],
)
def test_less(live: tuple[Rule, ...], missing: int) -> None:
    """Every request that is not asked about any more is named."""
    bypasses = [text for effect, text in found(changed(rules=live)) if effect is Effect.BYPASS]
    assert len(bypasses) == missing
    assert all(text.startswith("rules leave out ") for text in bypasses)


def test_words() -> None:
    """The request is named as people name it."""
    expected = changed(rules=(rule(api_groups=("apps",), resources=("deployments",), scope="Namespaced"),))
    [(_, text), *_] = found(changed(rules=()), expected)
    assert text == "rules leave out CREATE of apps/*/deployments (scope Namespaced)"


@pytest.mark.parametrize(
    "live",
    [
        pytest.param((rule(operations=("UPDATE", "CREATE")),), id="another order"),
        pytest.param((rule(operations=("CREATE",)), rule(operations=("UPDATE",))), id="divided"),
        pytest.param((RULE, RULE), id="twice"),
    ],
)
def test_the_same_in_other_words(live: tuple[Rule, ...]) -> None:
    """That is no difference."""
    assert found(changed(rules=live)) == []


@pytest.mark.parametrize(
    "live",
    [
        rule(operations=("*",)),
        rule(api_groups=("*",)),
        rule(resources=("pods", "pods/*")),
        rule(resources=("*", "*/ephemeralcontainers")),
        rule(resources=("*/*",)),
        rule(operations=("CREATE", "UPDATE", "DELETE")),
    ],
)
def test_more(live: Rule) -> None:
    """That the gate is asked about more is a note."""
    notes = found(changed(rules=(live,)))
    assert {effect for effect, _ in notes} == {Effect.NOTE}
    assert all(text.startswith("rules also cover ") for _, text in notes)


def test_match_policy() -> None:
    """With Exact, another version of the API is a way past the gate."""
    [(effect, text)] = found(changed(match_policy="Exact"))
    assert (effect, "matchPolicy is Exact" in text) == (Effect.BYPASS, True)
    [(effect, _)] = found(changed(), changed(match_policy="Exact"))
    assert effect is Effect.NOTE
