"""Links between the documents."""

import re
from pathlib import Path

import pytest

from tests.documents import DOCUMENTS, without_code

LINK = re.compile(r"\]\((?P<target>[^)#\s]*)(?:#(?P<anchor>[^)\s]*))?\)")


def anchors(document: str) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", without_code(document), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    """Each link to a file in the repository leads to a file that is there, and to a heading that is in it."""
    for link in LINK.finditer(without_code(document.read_text(encoding="utf-8"))):
        target, anchor = link["target"], link["anchor"]
        if "://" in target:
            continue
        file = document.parent / target if target else document
        assert file.exists(), link[0]
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), link[0]
