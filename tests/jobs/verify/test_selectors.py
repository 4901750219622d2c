"""What selectors leave out."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs.verify.webhooks import EXEMPT, changed, found
from webhook.core.registration import Expression, Selector
from webhook.jobs.verify.finding import Effect
from webhook.jobs.verify.selectors import narrowed

KEY = "kubernetes.io/metadata.name"


def selector(*expressions: Expression, **labels: str) -> Selector:
    """Return one."""
    return Selector(labels, expressions)


def expression(operator: str, *values: str, key: str = KEY) -> Expression:
    """Return a requirement."""
    return Expression(key, operator, values)


NOT_AB, NOT_A, NOT_B = expression("NotIn", "a", "b"), expression("NotIn", "a"), expression("NotIn", "b")


@pytest.mark.parametrize(
    ("expected", "live", "effects"),
    [
        pytest.param(selector(), selector(), "", id="all"),
        pytest.param(selector(NOT_A), selector(NOT_A), "", id="the same"),
        pytest.param(selector(NOT_AB), selector(NOT_B, NOT_A), "", id="in two"),
        pytest.param(selector(NOT_A, NOT_B), selector(expression("NotIn", "b", "a")), "", id="in one"),
        pytest.param(selector(NOT_A), selector(NOT_AB), "B", id="one more is exempt"),
        pytest.param(selector(NOT_AB), selector(NOT_A), "N", id="one less is exempt"),
        pytest.param(selector(NOT_A), selector(NOT_B), "BN", id="another one is exempt"),
        pytest.param(selector(), selector(judged="yes"), "B", id="a label is asked for"),
        pytest.param(selector(judged="yes"), selector(), "N", id="no label is asked for any more"),
        pytest.param(selector(judged="yes"), selector(expression("In", "yes", key="judged")), "", id="other words"),
        pytest.param(selector(judged="yes"), selector(expression("In", "yes", "no", key="judged")), "N", id="wider"),
        pytest.param(selector(expression("In", "a", "b")), selector(expression("In", "a")), "B", id="narrower"),
        pytest.param(selector(judged="yes"), selector(expression("Exists", key="judged")), "N", id="with any value"),
        pytest.param(selector(), selector(expression("Exists", key="judged")), "B", id="the label must be there"),
        pytest.param(selector(), selector(expression("DoesNotExist", key="skip")), "B", id="must not be there"),
        pytest.param(
            selector(expression("DoesNotExist", key="skip")),
            selector(expression("NotIn", "x", key="skip")),
            "N",
            id="any",
        ),
        pytest.param(selector(judged="yes"), selector(expression("NotIn", "no", key="judged")), "N", id="implied"),
        pytest.param(selector(), selector(expression("Like", "a")), "B", id="an operator nobody knows"),
        pytest.param(selector(expression("Like", "a")), selector(expression("Like", "a")), "", id="as expected"),
    ],
)
def test_selector(expected: Selector, live: Selector, effects: str) -> None:
    """What leaves out more is a bypass, what leaves out less a note."""
    for field in ("namespace_selector", "object_selector"):
        findings = found(changed(**{field: live}), changed(**{field: expected}))
        assert "".join(effect.name[0] for effect, _ in findings) == effects
        name = "namespaceSelector" if field == "namespace_selector" else "objectSelector"
        assert all(text.startswith(name) for _, text in findings)


@pytest.mark.parametrize(
    ("added", "words"),
    [
        (expression("NotIn", "x"), f"the label {KEY} is not x"),
        (expression("NotIn", "x", "y"), f"the label {KEY} is none of x, y"),
        (expression("In", "x"), f"the label {KEY} is x"),
        (expression("In", "x", "y"), f"the label {KEY} is one of x, y"),
        (expression("Exists"), f"the label {KEY} is there"),
        (expression("DoesNotExist"), f"the label {KEY} is not there"),
        (expression("Like", "x"), f"the label {KEY} Like x"),
    ],
)
def test_words(added: Expression, words: str) -> None:
    """It says which are left out, in plain words."""
    texts = [text for effect, text in narrowed("f", "objects", EXEMPT, selector(added)) if effect is Effect.BYPASS]
    assert texts == [f"f leaves out objects unless {words}"]


VALUES = ("a", "b", "c")
REQUIREMENTS = st.builds(
    Expression,
    st.sampled_from(["k", "l"]),
    st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
    st.lists(st.sampled_from(VALUES), min_size=1, max_size=3).map(tuple),
)
SELECTORS = st.builds(
    Selector, st.dictionaries(st.sampled_from(["k", "l"]), st.sampled_from(VALUES)), st.lists(REQUIREMENTS).map(tuple)
)


def selects(selector: Selector, labels: dict[str, str]) -> bool:
    """Tell whether *labels* are selected, in the words of the API's documentation."""
    return all(labels.get(key) == value for key, value in selector.match_labels.items()) and all(
        meets(each, labels.get(each.key)) for each in selector.match_expressions
    )


def meets(requirement: Expression, value: str | None) -> bool:
    """Tell whether *value*, None where the label is not there, meets one requirement."""
    match requirement.operator:
        case "In":
            return value in requirement.values
        case "NotIn":
            return value not in requirement.values
        case operator:
            return (value is not None) is (operator == "Exists")


@given(SELECTORS, SELECTORS)
def test_nothing_that_is_left_out_is_overlooked(expected: Selector, live: Selector) -> None:
    """If there are labels that the one selects and the other does not, that is found."""
    everyone = [
        {key: value for key, value in (("k", k), ("l", l)) if value}
        for k, l in itertools.product((None, *VALUES), repeat=2)  # noqa: E741 - labels are called so here
    ]
    lost = any(selects(expected, labels) and not selects(live, labels) for labels in everyone)
    effects = {effect for effect, _ in narrowed("f", "objects", expected, live)}
    assert not lost or Effect.BYPASS in effects
