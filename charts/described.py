"""The keys of values.yaml with the comments that describe them."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

_KEY = re.compile(r'^(?P<indent> *)"?(?P<key>[A-Za-z][\w.-]*)"?:')
_SECTION = "# === "
_DESCRIPTION = "# -- "


@dataclass(frozen=True, slots=True)
class Value:
    """A key that has a description of its own."""

    path: tuple[str, ...]
    default: Any
    description: str


@dataclass(frozen=True, slots=True)
class Section:
    """Keys that stand together under a heading."""

    title: str
    values: tuple[Value, ...]


def sections(text: str) -> tuple[Section, ...]:
    """Return the sections of a values.yaml; what stands before the first heading is none of them."""
    defaults = yaml.safe_load(text)
    _, *parts = re.split(rf"^{re.escape(_SECTION)}", text, flags=re.MULTILINE)
    return tuple(Section(part.split("\n", 1)[0], tuple(_values(part, defaults))) for part in parts)


def _values(part: str, defaults: Any) -> list[Value]:
    found: list[Value] = []
    path: list[str] = []
    comment: list[str] = []
    for line in part.split("\n")[1:]:
        stripped = line.strip()
        if stripped.startswith(_DESCRIPTION):
            comment = [stripped.removeprefix(_DESCRIPTION)]
        elif stripped.startswith("# ") and comment:
            comment.append(stripped.removeprefix("# "))
        elif key := _KEY.match(line):
            path = [*path[: len(key["indent"]) // 2], key["key"]]
            if comment:
                found.append(Value(tuple(path), _at(defaults, path), " ".join(comment)))
            comment = []
    return found


def _at(defaults: Any, path: list[str]) -> Any:
    for key in path:
        defaults = defaults[key]
    return defaults


def undescribed(described: tuple[Section, ...], defaults: Any) -> set[str]:
    """Return the keys that have no description, neither their own nor that of a key above them."""
    known = {value.path for section in described for value in section.values}
    return {".".join(path) for path in _leaves(defaults, ()) if not any(path[: len(key)] == key for key in known)}


def _leaves(node: Any, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    if isinstance(node, dict) and node:
        return [leaf for key, child in node.items() for leaf in _leaves(child, (*path, key))]
    return [path]
