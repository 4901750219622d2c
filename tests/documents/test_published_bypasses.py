"""The page about published bypasses names each test, and the tests each have their line."""

import ast
import re

from tests.processes import ROOT


def test_page_and_tests_say_the_same() -> None:
    """Whoever reads that something is tested finds the test, and no test is left out."""
    page = (ROOT / "docs" / "published-bypasses.md").read_text(encoding="utf-8")
    sources = [file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "service").glob("test_published_*.py")]
    trees = [ast.parse(source) for source in sources]
    tests = {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert sorted(re.findall(r"\| `(test_\w+)` \|$", page, re.MULTILINE)) == sorted(
        name for name in tests if name.startswith("test_")
    )
