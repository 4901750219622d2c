"""Fields of a world file."""

import dataclasses

import pytest

from tests.emulator.serving import NOW
from webhook.emulator.documents import convert
from webhook.emulator.world import Behaviour
from webhook.emulator.world_file import parse_world
from webhook.emulator.world_schema import BehaviourSection, WorldSection
from webhook.errors import InvalidDocument


def test_the_defaults_of_the_file_are_those_of_the_values() -> None:
    """A habit that is not written is the one that `Behaviour` documents."""
    assert parse_world({}, now=NOW).behaviour == Behaviour()
    assert {field.name for field in dataclasses.fields(Behaviour)} == set(BehaviourSection.__struct_fields__)


@pytest.mark.parametrize("name", ["Shop/api", "crp1", "crp1/", "crp1//a", "crp1/a:b", "crp1/../a", ""])
def test_a_name_is_registry_and_path(name: str) -> None:
    """A name that the API would not take is refused."""
    with pytest.raises(InvalidDocument, match=r"images\[0\]\.name"):
        convert({"images": [{"name": name}]}, WorldSection, "f")


@pytest.mark.parametrize("identifier", ["", "a/b", "A", "x" * 51])
def test_an_id_is_of_the_registrys_alphabet(identifier: str) -> None:
    """An id that could not stand in a path is refused."""
    with pytest.raises(InvalidDocument, match=r"images\[0\]\.id"):
        convert({"images": [{"name": "crp1/a", "id": identifier}]}, WorldSection, "f")
