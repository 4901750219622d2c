"""Fields of answers: each has its type, or the answer is unreadable."""

from collections.abc import Callable
from typing import Any

import pytest

from webhook.core.answer_fields import fields_of, list_of, refuse, text_of
from webhook.errors import Unreadable

RIGHT: list[tuple[Callable[[Any], Any], Any]] = [
    (lambda value: fields_of(value, "it"), {"a": 1}),
    (lambda value: text_of(value, "it"), "text"),
    (lambda value: list_of({"it": value}, "it"), [1]),
]


@pytest.mark.parametrize("of", range(3))
def test_each_type_is_told_from_all_others(of: int) -> None:
    """An object, a text or a list is what it is; null, numbers, flags and the other two are not."""
    read, right = RIGHT[of]
    assert read(right) == right

    for wrong in [None, 1, 1.5, True, *(value for number, (_, value) in enumerate(RIGHT) if number != of)]:
        with pytest.raises(Unreadable, match="for it"):
            read(wrong)


def test_list_that_is_left_out_is_empty() -> None:
    """The API leaves an empty list out."""
    assert list_of({}, "it") == []


def test_refusal_shows_a_few_printable_characters() -> None:
    """What a stranger wrote is shown, but neither raw nor at length."""
    with pytest.raises(Unreadable) as caught:
        refuse("it", "\x1b[2J" + "x" * 1000)

    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 100
