"""Files that people write, and what they are told when something is wrong in one."""

from typing import Annotated, Any, Literal

import msgspec
import pytest

from tests.builders import DIGEST
from tests.core.hostile import HOSTILE, brief
from webhook.core.documents import Document, Section, read
from webhook.errors import InvalidDocument


class Wheel(Section, frozen=True):
    """A wheel of a car."""

    size: Annotated[int, msgspec.Meta(ge=1, description="a whole number of inches")] = 16
    tread_pattern: Literal["slick", "rain"] = "slick"


class Car(Section, frozen=True):
    """What a file holds, in these tests."""

    name: str
    spare_wheel: Wheel = msgspec.field(default_factory=Wheel)
    trailer: Wheel | None = None
    wheels: tuple[Wheel, ...] = ()
    notes: dict[str, str] = msgspec.field(default_factory=dict)


def read_car(content: Any) -> Car:
    """Read a car from the content of a file."""
    return read(Document("car.yaml", content, DIGEST), Car)


def told(content: Any) -> str:
    """Return what is said about a file that is wrong."""
    with pytest.raises(InvalidDocument) as caught:
        read_car(content)
    return str(caught.value)


def test_file_is_read_into_its_fields() -> None:
    """Keys are in camel case, and what is left out has its default."""
    content = {"name": "a", "spareWheel": {"treadPattern": "rain"}, "wheels": [{"size": 17}], "notes": {"a": "b"}}

    assert read_car(content) == Car("a", Wheel(16, "rain"), None, (Wheel(17),), {"a": "b"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({}, "car.yaml: name: is required"),
        ({"name": None}, "car.yaml: name: expected `str`, got `null`, not empty"),
        ({"name": 1}, "car.yaml: name: expected `str`, got `int`, not 1"),
        ({"name": "a", "wheels": 4}, "car.yaml: wheels: expected `array`, got `int`, not 4"),
        (
            {"name": "a", "wheels": [{}, {"size": 0}]},
            "car.yaml: wheels[1].size: must be a whole number of inches, not 0",
        ),
        (
            {"name": "a", "spareWheel": {"treadPattern": "snow"}},
            "car.yaml: spareWheel.treadPattern: must be one of rain, slick, not 'snow'",
        ),
        ({"name": "a", "trailer": {"size": 0}}, "car.yaml: trailer.size: must be a whole number of inches, not 0"),
        ({"name": "a", "notes": {"x": 1}}, "car.yaml: notes[...]: expected `str`, got `int`, not a mapping"),
        ({"name": "a", "notes": {1: "x"}}, "car.yaml: notes: expected `str`, got `int`, not a mapping"),
        (None, "car.yaml: the document: expected `object`, got `null`, not empty"),
        ([1, 2], "car.yaml: the document: expected `object`, got `array`, not a list of 2"),
        ("text", "car.yaml: the document: expected `object`, got `str`, not 'text'"),
    ],
)
def test_message_says_where_what_and_what_would_be_right(content: Any, message: str) -> None:
    """File, path and value are named, and the right values where there is a list or a description."""
    assert told(content) == message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"nam": "a"}, "car.yaml: nam: unknown field; did you mean 'name'?"),
        ({"name": "a", "spare_wheel": {}}, "car.yaml: spare_wheel: unknown field; did you mean 'spareWheel'?"),
        ({"name": "a", "wheels": [{"sise": 1}]}, "car.yaml: wheels[0].sise: unknown field; did you mean 'size'?"),
        ({"name": "a", "engine": 1}, "car.yaml: engine: unknown field"),
        ({"name": "a", "": 1}, "car.yaml: : unknown field"),
    ],
)
def test_unknown_field_is_an_error(content: Any, message: str) -> None:
    """A key that nobody reads is refused, with the nearest that there is."""
    assert told(content) == message


def test_collection_that_json_does_not_know_is_no_way_out() -> None:
    """YAML has sets; what is wrong in one is said as well as it can be."""
    assert told({"name": "a", "wheels": {1}}).startswith("car.yaml: wheels[0]: expected `object`, got `int`")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.isprintable() or "\n" in text], ids=brief)
def test_message_is_printable_whatever_stands_in_the_file(text: str) -> None:
    """Odd keys and values are shown escaped, and not without end."""
    for content in ({"name": "a", text: 1}, {"name": "a", "spareWheel": {"treadPattern": text}}):
        message = told(content)
        assert message.isascii()
        assert message.isprintable()
        assert len(message) < 700


@pytest.mark.parametrize("content", [{"name": "a", "\ud800": 1}, {"\ud800": {}}])
def test_half_of_a_character_is_an_error_like_any_other(content: Any) -> None:
    """JSON can spell it, and no text can have it."""
    assert told(content).startswith("car.yaml: ")
