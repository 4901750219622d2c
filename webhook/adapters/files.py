"""Files of policy, lookup table and settings: YAML or JSON, read whole and without surprises."""

import hashlib
import json
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

import yaml

from webhook.core.documents import Document, FieldPath
from webhook.core.images import Digest
from webhook.core.printable import printable
from webhook.errors import InvalidDocument

MAX_DEPTH = 100
"""Levels of nesting in YAML; a policy has four."""

SUFFIXES = (".yaml", ".yml", ".json")


class Loader(yaml.CSafeLoader):
    """Safe YAML in which a key that stands twice is an error, not a silent choice."""


def _mapping(loader: Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    mapping: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is not text", key_node.start_mark)
        if key in mapping:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


# A day stays the text that it is: what is meant by it is not for YAML to say.
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def load(path: Path) -> Document:
    """Return the content of a YAML or JSON file, not yet understood.

    Raises:
        InvalidDocument: the file cannot be read, or is not YAML or JSON.
    """
    return _document(str(path), read_bytes(path), _json if path.suffix == ".json" else _yaml)


def load_json(path: Path) -> Document:
    """Return the content of a JSON file, whatever its name. Raises `InvalidDocument` as `load`."""
    return _document(str(path), read_bytes(path), _json)


def read_json(text: str, source: str) -> Document:
    """Return the content of a JSON text that is called *source* in messages. Raises `InvalidDocument` as `load`."""
    return _document(source, text.encode("utf-8", "surrogateescape"), _json)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises `InvalidDocument` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidDocument(f"{path}: cannot be read: {error.strerror}") from error


def _document(source: str, body: bytes, parse: Callable[[bytes], Any]) -> Document:
    try:
        content = parse(body)
    except (ValueError, LookupError, AttributeError, RecursionError, yaml.YAMLError) as error:
        # LookupError, AttributeError: a value with an explicit tag that it does not fit, such as `!!bool x`.
        raise InvalidDocument(f"{source}: {where(error)}") from error
    digest = Digest(f"sha256:{hashlib.sha256(body).hexdigest()}")
    return Document(source, content, digest, lambda path: _line(body, path))


def _line(body: bytes, path: FieldPath) -> int | None:
    """Return the line in which the field is, or the nearest thing around it that there is; JSON is YAML too."""
    try:
        node = yaml.compose(body, Loader)
    except (ValueError, RecursionError, yaml.YAMLError):
        return None
    return line_in(node, path)


def line_in(node: yaml.Node | None, path: FieldPath) -> int | None:
    """Return the line of a field in a document that YAML has composed."""
    line = None
    for step in path:
        found = _step(node, step)
        if found is None:
            break
        key, node = found
        line = key.start_mark.line + 1
    return line


def _step(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """Return the key, or the entry itself, and the value behind it."""
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    return None


def load_all(path: Path) -> tuple[Document, ...]:
    """Return the documents of a file, or of every YAML and JSON file directly in a folder, in name order.

    Hidden entries are left out: a mounted ConfigMap keeps its versions in them.

    Raises:
        InvalidDocument: the path does not exist, or a file cannot be read.
    """
    if not path.is_dir():
        return (load(path),)
    files = (file for file in path.iterdir() if file.suffix in SUFFIXES and not file.name.startswith("."))
    return tuple(load(file) for file in sorted(files))


def _json(body: bytes) -> Any:
    return json.loads(body, object_pairs_hook=_unique)


def _yaml(body: bytes) -> Any:
    check_depth(body)
    return yaml.load(body, Loader)  # noqa: S506 - a subclass of the safe loader


def check_depth(body: bytes) -> None:
    """Refuse what is nested too deeply: the library's C code would overrun its stack and end the process."""
    depth = 0
    for event in yaml.parse(body, Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise ValueError(f"nested deeper than {MAX_DEPTH}")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in pairs:
        if key in fields:
            raise ValueError(f"key {key!r} stands twice")
        fields[key] = value
    return fields


def where(error: Exception) -> str:
    """Say what is wrong with a file and, where that is known, in which line."""
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "msg", None) or str(error)
    line = f"line {mark.line + 1}: " if mark is not None else ""
    return line + printable(str(problem) or "nested too deeply", limit=200)
