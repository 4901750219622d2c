"""The documents say what is so."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

CODE_BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    """Read a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(document: str, language: str) -> list[str]:
    """Return the code blocks of a language in a document."""
    return [found["text"] for found in CODE_BLOCK.finditer(document) if found["language"] == language]


def without_code(document: str) -> str:
    """Return a document without its code blocks."""
    return CODE_BLOCK.sub("", document)
