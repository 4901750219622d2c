"""docs/threat-model.md: each threat has an answer, and what holds it is there."""

import ast
import re
from typing import Any

import pytest
import yaml

from tests.documents import ROOT, text
from tests.documents.test_links import anchors

DOCUMENT = text("docs/threat-model.md")
ROWS = re.findall(r"^\| (M?\d+) \| (.+?) \| (.+?) \| (.+?) \|$", DOCUMENT, re.MULTILINE)
REFERENCES = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", DOCUMENT)))
VALUES = sorted(
    {
        value
        for line in DOCUMENT.splitlines()
        if line.startswith("| ")
        for value in re.findall(r"`([a-z]\w*(?:\.\w+)+)`", line.rpartition(" | ")[2])
    }
)


def test_each_threat_has_one_answer() -> None:
    """The eighteen of the published model and its tenth mitigation, in their order, each with what holds the answer."""
    assert [row[0] for row in ROWS] == [*map(str, range(1, 19)), "M10"]
    for identifier, _, answer, held in ROWS:
        assert answer.endswith("."), identifier
        link = re.fullmatch(r"\[below\]\(#(.+)\)", held)
        assert link[1] in anchors(DOCUMENT) if link else "`tests/" in held, identifier


@pytest.mark.parametrize(("file", "name"), REFERENCES)
def test_what_holds_an_answer_is_there(file: str, name: str) -> None:
    """The file is, and so is the test in it."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))

    assert not name or name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("path", VALUES)
def test_values_that_are_named_are_the_charts(path: str) -> None:
    """Each is a value of the chart."""
    value: Any = yaml.safe_load(text("charts/scangate/values.yaml"))
    for key in path.split("."):
        value = value[key]


def test_some_are_named() -> None:
    """The patterns above find what they look for."""
    assert len(REFERENCES) > 30
    assert {"webhook.failurePolicy", "selfCheck.enabled", "networkPolicy.enabled"} <= set(VALUES)
