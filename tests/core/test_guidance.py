"""Where people find at length what a denial tells them."""

import pytest

from tests.builders import PINNED, pod, scan
from tests.core.test_settings import settings, told
from tests.situations import TAGGED, Situation, registry_with
from webhook.core.guidance import section
from webhook.core.reasons import Exempt, Reason
from webhook.core.response import render_review


@pytest.mark.parametrize("reason", list(Reason))
def test_section(reason: Reason) -> None:
    """Each reason has its own, wherever the page is; nowhere there is none."""
    assert section("https://wiki.example/reasons", reason) == f"https://wiki.example/reasons#{reason.value}"
    assert section("", reason) is None


def test_links_to_remedies() -> None:
    """Each reason that was given has one line with its section, in the order of the images; an admission has none."""
    asked = Situation(pod(PINNED, TAGGED, "NGINX:%", f"{TAGGED}5"), registry_with(scan()))
    verdict = asked.verdict()
    answer = render_review(asked.review(), verdict, reasons_url="https://wiki.example/reasons")
    lines = answer["response"]["status"]["message"].split("\n")

    assert lines[0] == "3 of 4 images may not run:"
    assert lines[4:] == [
        "More about unpinned: https://wiki.example/reasons#unpinned",
        "More about invalid-reference: https://wiki.example/reasons#invalid-reference",
    ]
    assert "status" not in render_review(asked.review(), Exempt.DELETION, reasons_url="docs")["response"]
    assert "More about" not in render_review(asked.review(), verdict)["response"]["status"]["message"]


@pytest.mark.parametrize(
    ("url", "right"),
    [
        ("", True),
        ("https://wiki.example/a?b=c", True),
        ("a b", False),
        ("a#b", False),
        ("a\n", False),
        ("a" * 201, False),
    ],
)
def test_where_remedies_are(url: str, right: bool) -> None:
    """An anchor is added to it, in a message to people: it has neither spaces nor an anchor of its own."""
    if right:
        assert settings(reasonsUrl=url).reasons_url == url
    else:
        assert "reasonsUrl: must be a URL without spaces" in told(reasonsUrl=url)
