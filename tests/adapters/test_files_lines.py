"""In which line of a file a field is."""

from pathlib import Path

import pytest

from webhook.adapters.files import load


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), None),
        (("a",), 1),
        (("a", 0), 2),
        (("a", 1, "b"), 4),
        (("a", 1, "absent"), 3),
        (("a", 7), 1),
        (("x",), None),
    ],
)
def test_field_is_found_in_its_line(tmp_path: Path, path: tuple[str | int, ...], line: int | None) -> None:
    """A message can name the line of a field, or of the nearest thing around it."""
    file = tmp_path / "a.yaml"
    file.write_text("a:\n  - 1\n  - c: 2\n    b: 3\n")

    assert load(file).line(path) == line


def test_field_is_found_in_json_too(tmp_path: Path) -> None:
    """JSON is YAML as far as lines go."""
    file = tmp_path / "a.json"
    file.write_text('{\n"a": 1,\n"b": [1,\n2]}')

    assert load(file).line(("b", 1)) == 4
