"""The settings of a webhook that are one word, and its conditions."""

from collections.abc import Iterator

from webhook.core.printable import printable
from webhook.core.registration import Webhook
from webhook.jobs.verify.finding import Effect

REVIEW_VERSION = "v1"
"""The version of admission reviews that the gate understands."""

WITHOUT_SIDE_EFFECTS = ("None", "NoneOnDryRun")


def switches(expected: Webhook, live: Webhook) -> Iterator[tuple[Effect, str]]:
    """Say which of them differ, and what that means."""
    yield from _failure_policy(expected, live)
    yield from _conditions(expected, live)
    yield from _time(expected, live)
    if expected.side_effects != live.side_effects:
        harmless = live.side_effects in WITHOUT_SIDE_EFFECTS
        effect = Effect.NOTE if harmless else Effect.OUTAGE
        meaning = "" if harmless else ": dry runs are refused unasked"
        yield effect, f"sideEffects is {_shown(live.side_effects)}, not {_shown(expected.side_effects)}{meaning}"
    if live.admission_review_versions[:1] != (REVIEW_VERSION,):
        versions = _shown(", ".join(live.admission_review_versions))
        yield Effect.OUTAGE, f"admissionReviewVersions is {versions}: the gate understands {REVIEW_VERSION} alone"


def _failure_policy(expected: Webhook, live: Webhook) -> Iterator[tuple[Effect, str]]:
    if expected.failure_policy == live.failure_policy:
        return
    if live.failure_policy == "Fail":
        yield Effect.NOTE, "failurePolicy is Fail: while the gate is away, everything is refused"
    else:
        policy = printable(live.failure_policy)
        yield Effect.BYPASS, f"failurePolicy is {policy}: while the gate is away, everything passes"


def _conditions(expected: Webhook, live: Webhook) -> Iterator[tuple[Effect, str]]:
    """Compare conditions by what they say, not by their names. Each more lets more pass."""
    wanted, given = ({each.expression.strip() for each in webhook.match_conditions} for webhook in (expected, live))
    for condition in live.match_conditions:
        if condition.expression.strip() not in wanted:
            text = f"'{printable(condition.name)}': {printable(condition.expression, limit=200)}"
            yield Effect.BYPASS, f"matchConditions lets everything pass that does not meet {text}"
    for condition in expected.match_conditions:
        if condition.expression.strip() not in given:
            yield Effect.NOTE, f"matchConditions does not have '{printable(condition.name)}': more is judged"


def _time(expected: Webhook, live: Webhook) -> Iterator[tuple[Effect, str]]:
    if expected.timeout_seconds == live.timeout_seconds:
        return
    text = f"timeoutSeconds is {live.timeout_seconds}, not {expected.timeout_seconds}"
    if live.timeout_seconds < expected.timeout_seconds and live.failure_policy != "Fail":
        yield Effect.BYPASS, f"{text}: what takes the gate longer passes"
    else:
        yield Effect.NOTE, text


def _shown(text: str) -> str:
    return printable(text) or "empty"
