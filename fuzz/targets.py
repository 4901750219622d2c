"""The targets, and where their corpora are."""

import importlib
from collections.abc import Callable
from pathlib import Path

TARGETS = (
    "review",
    "reference",
    "annotation",
    "answers",
    "iam",
    "policy",
    "lookup",
    "settings",
    "manifests",
    "record",
    "pipeline",
    "oracle",
)

CORPUS = Path(__file__).parent / "corpus"

Check = Callable[[bytes], None]


def check_of(target: str) -> Check:
    """Return the function that holds any bytes to what must be true."""
    check: Check = importlib.import_module(f"fuzz.{target}").check
    return check


def words_of(target: str) -> tuple[str, ...]:
    """Return what the fuzzer is to put into inputs."""
    words = getattr(importlib.import_module(f"fuzz.{target}"), "WORDS", ())
    return tuple(word for word in words if isinstance(word, str) and word.isprintable() and word.isascii() and word)


def corpus_of(target: str) -> list[Path]:
    """Return the inputs that are kept for a target, by name."""
    return sorted((CORPUS / target).iterdir())
