"""Warnings: what people hear of an image that is admitted all the same."""

from dataclasses import replace
from typing import Any

import pytest

from tests.builders import SCAN_ID, counts
from tests.situations import SITUATIONS, Situation, scanned_as
from webhook.core.policy import Action, Mode, Rule
from webhook.core.reasons import Reason
from webhook.core.response import MAX_WARNING_CHARACTERS, MAX_WARNINGS, render_review


def answered(situation: Situation, rule: Rule) -> dict[str, Any]:
    """Return the response to a pod under another rule."""
    asked = replace(situation, rule=rule)
    response: dict[str, Any] = render_review(asked.review(), asked.verdict())["response"]
    return response


WARNED = {
    (Mode.ENFORCE, Action.WARN),
    (Mode.WARN, Action.WARN),
    (Mode.WARN, Action.DENY),
}
"""Whom the person hears of: what a rule warns of, and what it would refuse."""


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("action", list(Action))
def test_modes_and_actions_that_warn(mode: Mode, action: Action) -> None:
    """A warning for what is admitted all the same, but for none of what is only audited."""
    response = answered(SITUATIONS[Reason.MISSING], Rule(name="r", mode=mode, on_missing=action))

    assert ("warnings" in response) == ((mode, action) in WARNED)
    assert response["allowed"] == ((mode, action) != (Mode.ENFORCE, Action.DENY))
    said = {name: response["auditAnnotations"][name] for name in ("decision", "mode", "reason")}
    assert said == {"decision": action.value, "mode": mode.value, "reason": "missing"}


def test_warning_begins_with_what_matters() -> None:
    """Who warns, which container, and why; the end may be cut."""
    response = answered(scanned_as(counts=counts(critical=3)), Rule(name="r", mode=Mode.WARN))

    assert response["warnings"] == [
        f"scangate: container app: over-limits: 3 critical (limit 0) in scan {SCAN_ID} of 2026-11-24T11:00:00.000Z"
    ]


@pytest.mark.parametrize("reason", list(Reason))
def test_warnings_are_short_and_few(reason: Reason) -> None:
    """As long and as many as an API server passes on, in printable ASCII."""
    response = answered(SITUATIONS[reason], replace(SITUATIONS[reason].rule, mode=Mode.WARN))

    assert len(response.get("warnings", [])) <= MAX_WARNINGS
    for warning in response.get("warnings", []):
        assert len(warning) <= MAX_WARNING_CHARACTERS
        assert warning.isascii()
        assert warning.isprintable()
