"""What people write for the emulator, read strictly: an error names file, field and value, and says what is right."""

import difflib
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from webhook.errors import InvalidDocument

T = TypeVar("T")

_WHERE = re.compile(r"(?P<problem>.*?)(?: - at `(?:key in )?\$?\.?(?P<path>.*)`)?", re.DOTALL)
_NAMED = re.compile(r"Object (?P<what>contains unknown|missing required) field `(?P<name>.*)`")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")

SHOWN = 80
"""Characters of a wrong value that a message repeats."""


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel", kw_only=True):
    """A mapping in a document: camelCase keys, none of them unknown."""


class _Loader(yaml.SafeLoader):
    """Safe YAML in which a key that stands twice is an error, and a time stays the text that was written."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    mapping: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} must be text", key_node.start_mark)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        InvalidDocument: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidDocument(f"{path}: cannot be read: {error.strerror}") from error


def parse_yaml(text: bytes | str, source: str) -> Any:
    """Return what YAML (or JSON, which is YAML too) makes of *text*.

    Raises:
        InvalidDocument: it is no YAML, or a key stands twice in it.
    """
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"line {mark.line + 1}: " if mark is not None else ""
        problem = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise InvalidDocument(f"{source}: {line}{problem}") from error


def convert(content: Any, kind: type[T], source: str, *, strict: bool = True) -> T:
    """Return *content* as a value of *kind*; where not *strict*, text may stand for numbers.

    Raises:
        InvalidDocument: it has another shape.
    """
    try:
        return msgspec.convert(content, kind, strict=strict)
    except msgspec.ValidationError as error:
        match = _WHERE.fullmatch(str(error))
        problem, path = (match["problem"], match["path"] or "") if match else (str(error), "")
        raise InvalidDocument(f"{source}: {_explain(problem, path, content, kind)}") from error


def plain(value: Any) -> Any:
    """Return a value of this package as mappings, lists and scalars: the inverse of `convert`."""
    return msgspec.to_builtins(value)


def shown(value: Any) -> str:
    """Return *value* for a message: short, and on one line."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = "nothing" if value is None else ascii(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"


def _explain(problem: str, path: str, content: Any, kind: Any) -> str:
    """Say what is right at *path*."""
    named = _NAMED.fullmatch(problem)
    if named and named["what"] == "missing required":
        return f"{_under(path, named['name'])}: is required"
    if named:
        return f"{_under(path, named['name'])}: unknown field{_nearest(named['name'], kind)}"
    value = _value_at(content, path)
    choices = _choices(path, kind) if problem.startswith("Invalid ") else ()
    right = f"must be one of {', '.join(choices)}" if choices else f"{problem[:1].lower()}{problem[1:]}"
    quotes = " (put it in quotes)" if "`str" in right and isinstance(value, int | float) else ""
    return f"{path or 'the document'}: {right}, not {shown(value)}{quotes}"


def _under(path: str, name: str) -> str:
    return f"{path}.{name}".removeprefix(".")


def _nearest(name: str, kind: Any) -> str:
    """Suggest the nearest key that a document of *kind* may have anywhere."""
    sections = msgspec.json.schema(kind).get("$defs", {}).values()
    known = {key for section in sections for key in section.get("properties", {})}
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _choices(path: str, kind: Any) -> tuple[str, ...]:
    """Return the words that the field at *path* may hold, where its schema lists them."""
    schema = msgspec.json.schema(kind)
    nodes = _resolved(schema, schema)
    for name, index in _STEP.findall(path):
        inner = [node.get("items", {}) if index else node.get("properties", {}).get(name, {}) for node in nodes]
        nodes = [resolved for node in inner for resolved in _resolved(node, schema)]
    return tuple(dict.fromkeys(str(word) for node in nodes for word in node.get("enum", ())))


def _resolved(node: Any, schema: Any) -> list[Any]:
    """Return the schemas that *node* stands for: itself, what it refers to, or each of its alternatives."""
    if "$ref" in node:
        return _resolved(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    if "anyOf" in node:
        return [resolved for one in node["anyOf"] for resolved in _resolved(one, schema)]
    return [node]


def _value_at(content: Any, path: str) -> Any:
    """Follow a path such as `images[0].scans[1].id`."""
    for name, index in _STEP.findall(path):
        content = content[int(index)] if index else content[name]
    return content
