"""Files that people write, read strictly: unknown keys and wrong values are errors that say what is right."""

import difflib
import re
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from webhook.core.images import Digest
from webhook.core.printable import printable
from webhook.errors import InvalidDocument

T = TypeVar("T", bound="Section")

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


def read(document: Document, kind: type[T]) -> T:
    """Return *document* as a value of *kind*.

    Raises:
        InvalidDocument: it has another shape; the message names file, field, value and what would be right.
    """
    try:
        return msgspec.convert(document.content, kind)
    except msgspec.ValidationError as error:
        raise InvalidDocument(f"{document.source}: {_explain(str(error), document.content, kind)}") from error


def _explain(message: str, content: Any, kind: type[Section]) -> str:
    match = _WHERE.fullmatch(message)
    problem, path = (match["problem"], match["path"] or "") if match else (message, "")
    field = printable(path.removeprefix(".")) or "the document"
    missing = _MISSING.fullmatch(problem)
    if missing:
        return f"{_child(path, missing['name'])}: is required"
    unknown = _UNKNOWN.fullmatch(problem)
    if unknown:
        return f"{_child(path, unknown['name'])}: unknown field{_nearest(unknown['name'], kind)}"
    right = _right(kind, path) or printable(f"{problem[:1].lower()}{problem[1:]}")
    return f"{field}: {right}, not {_shown(_value_at(content, path))}"


def _child(path: str, name: str) -> str:
    return printable(f"{path}.{name}".removeprefix("."))


def _nearest(name: str, kind: type[Section]) -> str:
    """Suggest the nearest key that the document may have anywhere."""
    sections = msgspec.json.schema(kind)["$defs"].values()
    keys = {key for section in sections for key in section.get("properties", {})}
    near = difflib.get_close_matches(name, sorted(keys), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _right(kind: type[Section], path: str) -> str:
    """Say what the field at *path* may hold, from the description or the list of values in its schema."""
    schema = msgspec.json.schema(kind)
    node = _resolved(schema, schema)
    for name, index in _STEP.findall(path):
        node = _resolved(schema, node.get("items", {}) if index else node.get("properties", {}).get(name, {}))
    described = str(node.get("description", ""))
    if "enum" in node:
        return "must be one of " + ", ".join(map(str, node["enum"]))
    return f"must be {described}" if described and node.get("type") != "object" else ""


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, and what may be left out to what it is where it is not."""
    present = [option for option in node.get("anyOf", ()) if option.get("type") != "null"]
    node = {**node, **present[0]} if len(present) == 1 else node
    reference = str(node.get("$ref", ""))
    return {**node, **schema["$defs"][reference.rpartition("/")[2]]} if reference else node


def _value_at(content: Any, path: str) -> Any:
    """Follow a path such as `.rules[0].limits.critical`."""
    for name, index in _STEP.findall(path):
        content = content[int(index)] if index else content[name]
    return content


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "empty" if value is None else printable(repr(value), limit=80)
