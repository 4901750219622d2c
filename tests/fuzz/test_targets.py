"""The targets of the fuzzer: their corpora, and any bytes."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.targets import CORPUS, TARGETS, check_of, corpus_of, words_of
from tests.documents import text

MAX_FILES, MAX_BYTES = 400, 4096
"""Of a corpus, and of an input in it: all of them are replayed whenever the tests run."""

ANY_BYTES = st.binary(max_size=300)
TEXTS = st.text(max_size=80).map(lambda one: one.encode("utf-8", "surrogatepass"))


def near(target: str) -> st.SearchStrategy[bytes]:
    """Draw an input of the corpus in which a few bytes are other ones, or words of the target."""
    seeds = [file.read_bytes() for file in corpus_of(target)]
    words = [word.encode() for word in words_of(target)] or [b""]
    pieces = st.binary(max_size=3) | st.sampled_from(words)
    edits = st.lists(st.tuples(st.integers(0, MAX_BYTES), st.integers(0, 3), pieces), max_size=4)
    return st.builds(edited, st.sampled_from(seeds), edits)


def edited(seed: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    """Put pieces into *seed*, over a few of its bytes."""
    for place, length, piece in edits:
        at = place % (len(seed) + 1)
        seed = seed[:at] + piece + seed[at + length :]
    return seed


@pytest.mark.parametrize("target", TARGETS)
def test_corpus_holds(target: str) -> None:
    """Whatever was worth keeping is still right."""
    for file in corpus_of(target):
        check_of(target)(file.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_hold(target: str) -> None:
    """As bytes, as text, and as an input of the corpus with a few changes."""
    check = check_of(target)

    @settings(max_examples=300)
    @given(ANY_BYTES | TEXTS | near(target))
    def holds(data: bytes) -> None:
        check(data)

    holds()


@pytest.mark.parametrize("target", TARGETS)
def test_corpus_is_small(target: str) -> None:
    """It is there, and no burden."""
    sizes = [file.stat().st_size for file in corpus_of(target)]

    assert 0 < len(sizes) <= MAX_FILES
    assert max(sizes) <= MAX_BYTES


def test_every_corpus_has_its_target() -> None:
    """None is left of a target that is no more."""
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)


def test_every_target_is_explained() -> None:
    """In the README beside them."""
    for target in TARGETS:
        assert f"| `{target}` |" in text("fuzz/README.md"), target


def test_inputs_that_were_found_are_told_apart_from_documents() -> None:
    """JSON that is a corpus is read as it is: a seed is not by chance a row of choices."""
    assert any(json.loads(file.read_bytes()) for file in corpus_of("record") if file.read_bytes()[:1] == b"{")
