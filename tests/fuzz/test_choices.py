"""Bytes read as decisions."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fuzz.choices import Choices
from tests.builders import pod

DOCUMENT: dict[str, Any] = {"a": [1, {"b": "c"}], "d": pod("nginx")}


def test_no_bytes_take_the_first_option() -> None:
    """Also when they end on the way: every input is a document."""
    assert Choices(b"").pick("abc") == "a"
    assert [Choices(b"\x01").pick("abc"), Choices(b"\x05").pick("abc")] == ["b", "c"]
    assert Choices(b"").spoiled(DOCUMENT) == DOCUMENT


def test_numbers_of_more_than_a_byte_take_two() -> None:
    """The first one counts more."""
    assert Choices(b"\x01\x02").number(65536) == 258
    assert Choices(b"\x01\x02").number(256) == 1


@given(st.binary(max_size=200))
def test_same_bytes_are_the_same_document(data: bytes) -> None:
    """What was found is found again, and the document that is changed stays as it was."""
    before = repr(DOCUMENT)

    assert repr(Choices(data).spoiled(DOCUMENT, ("x",))) == repr(Choices(data).spoiled(DOCUMENT, ("x",)))
    assert repr(DOCUMENT) == before


def test_every_kind_of_change_is_made() -> None:
    """Some bytes leave out, add, double and replace parts."""
    edits = itertools.product([1], range(2), range(12), range(3), range(8))
    changed = [Choices(bytes(edit)).spoiled(DOCUMENT, ("x",)) for edit in edits]

    assert any(isinstance(one, dict) and "a" not in one for one in changed)
    assert any(isinstance(one, dict) and len(one) > len(DOCUMENT) for one in changed)
    assert any(isinstance(one, dict) and one.get("a") == "x" for one in changed)
    assert any(isinstance(one, dict) and isinstance(one.get("a"), list) and len(one["a"]) == 3 for one in changed)
    assert any(isinstance(one, dict) and isinstance(one.get("a"), list) and len(one["a"]) == 1 for one in changed)
