"""The closed list of reasons."""

import re

import pytest

from webhook.core.reasons import REMEDIES, Exempt, Fault, Reason

EVERY_REASON = [*Reason, *Exempt, *Fault]

NAMES = {
    "within-limits",
    "resolved-tag",
    "over-limits",
    "stale",
    "future",
    "uncounted",
    "invalid-reference",
    "unexpected-image-field",
    "too-many-images",
    "unpinned",
    "invalid-scan-id",
    "missing",
    "gone",
    "unfinished",
    "failed",
    "unknown-status",
    "mismatched",
    "unavailable",
    "unauthorized",
    "unreadable",
    "deletion",
    "connection",
    "terminating",
    "no-new-image",
    "no-pod-template",
    "subresource-without-images",
    "kind-without-images",
    "invalid-review",
    "overloaded",
    "internal-error",
}


def test_names_never_change() -> None:
    """Dashboards and replays are built on these names: one may be added, none may go or change."""
    assert set(EVERY_REASON) >= NAMES


def test_each_name_is_there_once() -> None:
    """No two reasons of any kind have the same name."""
    assert len({reason.value for reason in EVERY_REASON}) == len(EVERY_REASON)


@pytest.mark.parametrize("reason", EVERY_REASON)
def test_names_fit_into_labels(reason: str) -> None:
    """A name is words of lower-case letters joined by dashes, short enough for a label."""
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", reason)
    assert len(reason) <= 63


def test_each_reason_has_a_remedy() -> None:
    """Whoever is refused is told what to do, whatever the reason."""
    assert set(REMEDIES) == set(Reason)


@pytest.mark.parametrize("reason", list(Reason))
def test_remedy_is_one_printable_sentence(reason: Reason) -> None:
    """A remedy fits into one line of a denial and ends as a sentence does."""
    remedy = REMEDIES[reason]

    assert remedy.isascii()
    assert remedy.isprintable()
    assert remedy.endswith(".")
    assert len(remedy) <= 120
