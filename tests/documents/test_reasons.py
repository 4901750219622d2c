"""docs/reasons.md, the list of all reasons."""

import re
from datetime import UTC, datetime
from typing import get_args

import pytest

from tests.documents import text
from tests.documents.test_links import anchors
from tests.situations import SITUATIONS
from webhook.core.evidence import Gap, Unusable
from webhook.core.guidance import REASONS_URL
from webhook.core.guidance import section as section_of
from webhook.core.images import parse_reference
from webhook.core.judging import judge
from webhook.core.pods import Image
from webhook.core.policy import Action, OnUnpinned, Rule, Ruling
from webhook.core.reasons import REMEDIES, Exempt, Fault, Reason
from webhook.core.response import render_review

SWITCHES = {
    "onMissing": Rule(name="open", on_missing=Action.ALLOW),
    "onUnfinished": Rule(name="open", on_unfinished=Action.ALLOW),
    "onFailed": Rule(name="open", on_failed=Action.ALLOW),
    "onUnavailable": Rule(name="open", on_unavailable=Action.ALLOW),
    "onUnpinned": Rule(name="open", on_unpinned=OnUnpinned.ALLOW),
}


def section(reason: str) -> str:
    """Return what stands under the heading of a reason, in one line."""
    found = re.search(rf"^### {reason}\n(.*?)(?=^##|\Z)", text("docs/reasons.md"), re.MULTILINE | re.DOTALL)
    assert found, f"no section {reason}"
    return " ".join(found[1].split())


def test_each_reason_has_a_section_and_no_other_has_one() -> None:
    """Reasons for images, for requests without one and for faults: the list is complete, and nothing else is in it."""
    headings = re.findall(r"^### (.*)$", text("docs/reasons.md"), re.MULTILINE)

    assert sorted(headings) == sorted([*Reason, *Exempt, *Fault])


@pytest.mark.parametrize("reason", list(Reason))
def test_a_reason_has_the_remedy_that_people_are_told(reason: Reason) -> None:
    """Who acts, the remedy in the words of the denial, and the setting stand in each section."""
    explained = section(reason)

    assert "**Who acts:** " in explained
    assert f"**Remedy:** {REMEDIES[reason]}" in explained
    assert "**Setting:** " in explained


@pytest.mark.parametrize("reason", list(Reason))
def test_a_denial_leads_to_the_remedy_of_its_reason(reason: Reason) -> None:
    """The link of each reason is to a heading that is there; so is that in a real denial with this reason."""
    page, _, anchor = str(section_of(REASONS_URL, reason)).partition("#")
    assert anchor in anchors(text(page))

    situation = SITUATIONS[reason]
    response = render_review(situation.review(), situation.verdict(), reasons_url=REASONS_URL)["response"]
    if not response["allowed"]:
        assert f"\nMore about {reason}: {page}#{anchor}" in response["status"]["message"]


@pytest.mark.parametrize("gap", get_args(Gap))
def test_a_reason_is_opened_by_the_documented_switch_and_no_other(gap: Gap) -> None:
    """Only the switch that is documented for it admits an image without a usable scan; for most there is none."""
    image = Image("a", (), parse_reference("a"))
    evidence = Unusable(gap=gap, detail="")
    now = datetime(2026, 1, 1, tzinfo=UTC)

    openers = {name for name, rule in SWITCHES.items() if judge(image, evidence, Ruling(rule), now=now).allowed}

    documented = section(gap).partition("**Setting:** ")[2]
    assert openers == ({documented.strip("`")} if documented != "none" else set())
