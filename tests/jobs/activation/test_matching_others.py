"""Configurations with more than one webhook, and with none."""

import pytest

from tests.jobs.activation.configurations import ACTIVE, BARE, NAME, RULE, WANTED, changed, configuration
from webhook.core.registration import ClientConfig, Registration
from webhook.errors import InvalidDocument
from webhook.jobs.activation.matching import check, lacking, matched

OTHER = changed(WANTED, name="other.scangate.dev")
BY_URL = changed(WANTED, client_config=ClientConfig(url="https://gate.example/validate"))


@pytest.mark.parametrize("expected", [configuration(WANTED, OTHER), configuration(BY_URL)])
def test_it_is_that_of_the_gate(expected: Registration) -> None:
    """Each of several webhooks is looked at; one with a URL has no namespace."""
    check("expected.yaml", expected, namespace="scangate", name="scangate")


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (configuration(), "webhooks: must not be empty"),
        (configuration(WANTED, BARE), f"{NAME}: rules: must not be empty, or nothing would be judged"),
    ],
)
def test_it_would_guard_nothing(expected: Registration, said: str) -> None:
    """What would bring nothing into force is refused with the file's name."""
    with pytest.raises(InvalidDocument) as caught:
        check("expected.yaml", expected, namespace="scangate", name="scangate")
    assert str(caught.value) == f"expected.yaml: {said}"


def test_others_are_left_alone() -> None:
    """A webhook that is not expected is neither asked nor given rules."""
    expected = configuration(WANTED)
    assert matched(expected, configuration(OTHER, ACTIVE)) == (ACTIVE,)
    assert lacking(expected, configuration(changed(OTHER, rules=()), BARE)) == {NAME: (RULE,)}
