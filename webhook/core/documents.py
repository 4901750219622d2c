"""Files that people write, read strictly: unknown keys and wrong values are errors that say what is right."""

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import msgspec

from webhook.core.images import Digest
from webhook.core.printable import printable
from webhook.errors import InvalidDocument

T = TypeVar("T", bound="Section")

FieldPath = Sequence[str | int]
"""The way to a field: keys, and positions in lists."""

_WHERE = re.compile(r"(?P<problem>.*?)(?: - at (?:`key` in )?`\$?(?P<path>.*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """A mapping in a document: camelCase keys, none of them unknown."""


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file, not yet understood."""

    source: str
    """Where it came from, for messages: a path."""
    content: Any
    """What YAML or JSON made of it."""
    digest: Digest
    """sha256 of the bytes."""
    line: Callable[[FieldPath], int | None] = field(default=lambda _: None, repr=False, compare=False)
    """Tells in which line a field is, from 1; None where that is not known."""

    def invalid(self, path: FieldPath, problem: str) -> InvalidDocument:
        """Return the error that says what is wrong with a field."""
        return InvalidDocument(f"{self.place(path)}: {printable(written_path(path))}: {problem}")

    def place(self, path: FieldPath) -> str:
        """Return the file and, where it is known, the line of a field."""
        line = self.line(path)
        return self.source if line is None else f"{self.source}:{line}"


def written_path(path: FieldPath) -> str:
    """Write the way to a field: `rules[0].limits.critical`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def read(document: Document, kind: type[T]) -> T:
    """Return *document* as a value of *kind*.

    Raises:
        InvalidDocument: it has another shape; the message names file, field, value and what would be right.
    """
    try:
        return msgspec.convert(document.content, kind)
    except UnicodeEncodeError as error:
        raise InvalidDocument(f"{document.source}: holds half of a character, which no text can have") from error
    except msgspec.ValidationError as error:
        place, problem = _explain(str(error), document.content, kind)
        raise InvalidDocument(f"{document.place(_steps(place))}: {problem}") from error


def _explain(message: str, content: Any, kind: type[Section]) -> tuple[str, str]:
    """Return which field is wrong, and what to say."""
    match = _WHERE.fullmatch(message)
    problem, path = (match["problem"], match["path"] or "") if match else (message, "")
    missing = _MISSING.fullmatch(problem)
    if missing:
        return path, f"{_child(path, missing['name'])}: is required"
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown:
        child = f"{path}.{unknown['name']}"
        return child, f"{_child(path, unknown['name'])}: unknown field{_nearest(unknown['name'], kind)}"
    field = printable(path.removeprefix(".")) or "the document"
    value = _value_at(content, path)
    right = _right(kind, path) or printable(f"{problem[:1].lower()}{problem[1:]}")
    return path, f"{field}: {right}, not {_shown(value)}{_nearest_word(kind, path, value)}"


def _steps(path: str) -> FieldPath:
    return tuple(int(index) if index else name for name, index in _STEP.findall(path))


def _child(path: str, name: str) -> str:
    return printable(f"{path}.{name}".removeprefix("."))


def _nearest(name: str, kind: type[Section]) -> str:
    """Suggest the nearest key that the document may have anywhere."""
    sections = _schema(kind)["$defs"].values()
    keys = {key for section in sections for key in section.get("properties", {})}
    near = difflib.get_close_matches(name, sorted(keys), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _nearest_word(kind: type[Section], path: str, value: Any) -> str:
    """Suggest the nearest of the words that the field may hold."""
    words = [str(word) for word in _node(kind, path).get("enum", ())]
    near = difflib.get_close_matches(value.lower(), words, n=1) if isinstance(value, str) else []
    return f"; did you mean '{near[0]}'?" if near else ""


def _right(kind: type[Section], path: str) -> str:
    """Say what the field at *path* may hold, from the description or the list of values in its schema."""
    node = _node(kind, path)
    described = str(node.get("description", ""))
    if "enum" in node:
        return "must be one of " + ", ".join(map(str, node["enum"]))
    return f"must be {described}" if described and node.get("type") != "object" else ""


def _node(kind: type[Section], path: str) -> dict[str, Any]:
    """Return the schema of the field at *path*."""
    schema = _schema(kind)
    node = _resolved(schema, schema)
    for name, index in _STEP.findall(path):
        node = _resolved(schema, node.get("items", {}) if index else node.get("properties", {}).get(name, {}))
    return node


@cache
def _schema(kind: type[Section]) -> dict[str, Any]:
    """Return the JSON Schema of a document; nobody changes it."""
    return msgspec.json.schema(kind)


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and what may be left out to what it is where it is not."""
    present = [option for option in node.get("anyOf", ()) if option.get("type") != "null"]
    node = {**node, **present[0]} if len(present) == 1 else node
    reference = str(node.get("$ref", ""))
    return {**node, **schema["$defs"][reference.rpartition("/")[2]]} if reference else node


def _value_at(content: Any, path: str) -> Any:
    """Follow a path such as `.rules[0].limits.critical`."""
    for step in _steps(path):
        try:
            content = content[step]
        except (TypeError, LookupError):  # a kind of collection that JSON does not know
            return content
    return content


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "empty" if value is None else printable(repr(value), limit=80)
