"""The HTML report as text; `test_page_opened` looks at it with a browser."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from tests.audits import hostile, many, over, owner, report, violation, warned
from tests.documents import text
from webhook.core.reasons import REMEDIES, Reason
from webhook.jobs.audit.page.page import MAX_TROUBLES, render_page

VOID = {"meta", "wbr", "input"}


class Outline(HTMLParser):
    """Which elements there are, and whether each is closed."""

    def __init__(self, page: str) -> None:
        """Read *page*."""
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Claim that it is the last one that was opened."""
        assert self.open.pop() == tag

    def all(self, attribute: str) -> list[str]:
        """Return every value of an attribute."""
        return [str(attributes[attribute]) for _, attributes in self.found if attribute in attributes]


@pytest.mark.parametrize("number", [0, 1, 3, 120])
def test_form(number: int) -> None:
    """Every element is closed, every id is there once, and all links and labels lead to one."""
    outline = Outline(render_page(report(*many(number), troubles=("x",) if number == 3 else ())))
    ids = outline.all("id")
    targets = {link[1:] for link in outline.all("href") if link.startswith("#")}
    assert outline.open == []
    assert len(ids) == len(set(ids))
    assert targets | set(outline.all("aria-labelledby")) <= set(ids)


def test_accessible() -> None:
    """It has a language, a title, one first heading, and heads in every table."""
    page = render_page(report(*many(120)))
    outline = Outline(page)
    tags = [tag for tag, _ in outline.found]
    assert ("html", {"lang": "en"}) in outline.found
    assert "<title>Scangate audit of 2026-11-24: 66 images would be refused</title>" in page
    assert (tags.count("h1"), tags.count("main")) == (1, 1)
    assert tags.count("caption") == tags.count("thead") == tags.count("table") > 1
    assert all("scope" in attributes for tag, attributes in outline.found if tag == "th")


def test_policy() -> None:
    """Nothing may be loaded or run but the style and the script in the file, which are known by their hashes."""
    page = render_page(report())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    hashes = [
        base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        for name in ("style", "script")
        for inline in re.findall(f"<{name}>(.*?)</{name}>", page, re.DOTALL)
    ]
    assert policy.replace("&#39;", "'") == (
        f"default-src 'none'; style-src 'sha256-{hashes[0]}'; script-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_nothing_from_elsewhere() -> None:
    """It names no address, unless it was told where the documents are."""
    page = render_page(report(*many(20)))
    assert "http" not in page.replace("http-equiv", "")


def test_documents() -> None:
    """Each reason leads to its section; what is no https URL is no link."""
    page = render_page(report(violation(over())), docs="https://docs.example/reasons.html")
    assert 'href="https://docs.example/reasons.html#over-limits"' in page
    assert "### over-limits" in text("docs/reasons.md")
    assert "javascript" not in render_page(report(violation(over())), docs="javascript:alert(1)//")


def test_remedies() -> None:
    """What to do stands beside what is wrong, documents or not."""
    page = render_page(report(violation(over()), violation(warned())))
    assert REMEDIES[Reason.OVER_LIMITS] in page
    assert REMEDIES[Reason.MISSING] in page


@pytest.mark.parametrize(
    ("troubles", "said"),
    [((), "None. Every image that runs would be admitted now."), (("x",), "None was found in what could be read.")],
)
def test_no_violations(troubles: tuple[str, ...], said: str) -> None:
    """It says so, and whether that is about everything."""
    page = render_page(report(troubles=troubles, policy=None))
    assert said in page
    assert ("This audit is not whole." in page) is bool(troubles)


def test_troubles() -> None:
    """The first of them are shown, and the others counted."""
    page = render_page(report(troubles=tuple(f"pods {number}" for number in range(MAX_TROUBLES + 5))))
    assert page.count("<li>pods ") == MAX_TROUBLES
    assert "and 5 more" in page


def test_hostile_text() -> None:
    """What strangers wrote becomes no element, attribute or template."""
    page = render_page(report(violation(hostile(), owner("<b>x</b>", '"><i>')), troubles=("<u>",)))
    tags = {tag for tag, _ in Outline(page).found}
    assert not tags & {"img", "i", "u"}
    assert page.count("<script>") == 1
    assert "{{7*7}}" in page
    assert page.isascii()


def test_size() -> None:
    """3,000 violations are a file of a few megabytes."""
    assert len(render_page(report(*many(3000)))) < 4_000_000
