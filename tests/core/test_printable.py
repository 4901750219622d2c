"""Text of strangers, made safe to show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hostile import HOSTILE, brief
from webhook.core.printable import printable, shorten


@pytest.mark.parametrize("text", ["", "cr.yandex/shop/api:1.4.2", "a b", "~!@#$%^&*()", "'\"<>"])
def test_plain_text_stays_as_it_is(text: str) -> None:
    """Printable ASCII is shown as it was written."""
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\u000ab"),
        ("a ~b\n", r"a ~b\u000a"),
        ("\uffff\U00010000", r"\uffff\U00010000"),
        ("\0", r"\u0000"),
        ("\x7f", r"\u007f"),
        ("é", r"\u00e9"),
        ("\u202e", r"\u202e"),
        ("\ud800", r"\ud800"),
        ("😀", r"\U0001f600"),
        (r"\n", r"\u005cn"),
        ("\\u000a", r"\u005cu000a"),
    ],
)
def test_everything_else_is_escaped(text: str, shown: str) -> None:
    """What no terminal should see becomes an escape, and what looks like an escape is one itself."""
    assert printable(text) == shown


@pytest.mark.parametrize("text", HOSTILE, ids=brief)
def test_no_hostile_text_stays_dangerous(text: str) -> None:
    """Whatever comes in, printable ASCII of bounded length comes out."""
    shown = printable(text, limit=100)

    assert shown.isascii()
    assert shown.isprintable()
    assert len(shown) <= 100


@given(st.text(max_size=30), st.text(max_size=30))
def test_different_texts_are_shown_differently(one: str, other: str) -> None:
    """Where nothing is cut, what is shown says exactly what was written."""
    assert (printable(one) == printable(other)) == (one == other)


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc..."),
        ("", 3, ""),
        ("abcd", 3, "..."),
        ("x" * 99, 50, "x" * 47 + "..."),
    ],
)
def test_long_text_ends_in_dots(text: str, limit: int, cut: str) -> None:
    """A text beyond its limit is cut, and shows that it is."""
    assert (shorten(text, limit), printable(text, limit=limit)) == (cut, cut)
