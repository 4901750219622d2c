"""Strict reading of what people write."""

from pathlib import Path

import pytest

from webhook.emulator.documents import Section, convert, parse_yaml, read_file, shown
from webhook.emulator.world_schema import WorldSection
from webhook.errors import InvalidDocument


def test_times_stay_text() -> None:
    """YAML's own times are not used: what was written is what is read."""
    assert parse_yaml("at: 2026-11-20T10:00:00Z", "f") == {"at": "2026-11-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "f: line 2: key 'a' stands twice"),
        ("1: 2", "f: line 1: key 1 must be text"),
        ("a: [1", "f: line 1: "),
        ("a: !!python/object:os.system x", "could not determine a constructor"),
        ("[" * 100_000, "f: "),
    ],
)
def test_bad_yaml_is_refused_with_its_line(text: str, said: str) -> None:
    """Duplicate keys, broken text, code and bottomless nesting are errors of the document."""
    with pytest.raises(InvalidDocument) as caught:
        parse_yaml(text, "f")

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"image": []}, "f: image: unknown field; did you mean 'images'?"),
        ({"zzzzzz": []}, "f: zzzzzz: unknown field"),
        ({"images": [{}]}, "f: images[0].name: is required"),
        ({"images": [{"name": "Shop"}]}, "f: images[0].name: expected `str` matching regex"),
        ({"images": {}}, "f: images: expected `array`, got `object`, not a mapping"),
        (
            {"images": [{"name": "crp1/a", "scans": [{"status": "DONE"}]}]},
            "f: images[0].scans[0].status: must be one of CANCELLED, ERROR, QUEUED, READY, RUNNING, "
            "STATUS_UNSPECIFIED, not 'DONE'",
        ),
        (
            {"images": [{"name": "crp1/a", "tags": [1.4]}]},
            "f: images[0].tags[0]: expected `str`, got `float`, not 1.4 (put it in quotes)",
        ),
        (
            {"images": [{"name": "crp1/a", "scans": [{"vulnerabilities": {"high": -1}}]}]},
            "f: images[0].scans[0].vulnerabilities.high: expected `int` >= 0, not -1",
        ),
        ({"faults": [{"kind": "explode"}]}, "f: faults[0].kind: must be one of latency, hang, "),
        (
            {"faults": [{"kind": "flip", "values": ["a"], "field": "x"}]},
            "f: faults[0].field: must be one of digest, id, imageId, not 'x'",
        ),
        ({"faults": [{"kind": "latency"}]}, "f: faults[0].seconds: is required"),
        ([], "f: the document: expected `object`, got `array`, not a list of 0"),
    ],
)
def test_a_wrong_document_is_refused_with_what_is_right(content: object, said: str) -> None:
    """The message names file, field, value, and what would be right."""
    with pytest.raises(InvalidDocument) as caught:
        convert(content, WorldSection, "f")

    assert str(caught.value).startswith(said)


def test_an_error_above_all_fields_is_told_too() -> None:
    """A value that is no mapping at all is named for what it is."""
    with pytest.raises(InvalidDocument, match="f: the document: expected `object`, got `null`, not nothing"):
        convert(None, Section, "f")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A file that cannot be read is an error of the document."""
    with pytest.raises(InvalidDocument, match=r"none\.yaml: cannot be read: No such file"):
        read_file(tmp_path / "none.yaml")


def test_long_and_odd_values_are_shown_short() -> None:
    """A message repeats a value in one short printable line."""
    assert shown("a\n\u202e") == r"'a\n\u202e'"
    assert len(shown("x" * 1000)) == 80
