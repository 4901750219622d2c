"""What people write for the emulator, read strictly: every error names the file, the field, the value and what is right."""

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
        key = loader.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} must be text", key_node.start_mark)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)  # type: ignore[no-untyped-call]
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


def _explain(problem: str, path: str, content: Any, kind: type) -> str:
    named = _NAMED.fullmatch(problem)
    if named:
        field = f"{path}.{named['name']}".removeprefix(".")
        known = "" if named["what"].startswith("missing") else f" The fields there are: {_known_beside(named['name'], kind)}."
        return f"{field}: is required" if not known else f"{field}: unknown field.{known}"
    value = _value_at(content, path)
    right = f"{problem[:1].lower()}{problem[1:]}"
    choices = _choices(path, kind) if problem.startswith("Invalid ") else ()
    if choices:
        right = f"must be one of {', '.join(choices)}"
    if problem.startswith("Expected `str") and isinstance(value, int | float):
        right += " (write it in quotes)"
    return f"{path or 'the document'}: {right}, not {shown(value)}"
