"""Bytes read as decisions, so that a fuzzer that changes bytes changes a document and not only its spelling."""

import json
from collections.abc import Sequence
from typing import Any, TypeVar

from tests.core.hostile import HOSTILE

T = TypeVar("T")

MAX_EDITS = 6

GARBAGE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    5,
    2**31,
    2**63 - 1,
    2**63,
    -(2**63) - 1,
    10**40,
    0.5,
    1e308,
    "",
    "0",
    "1",
    "9223372036854775807",
    "9223372036854775808",
    "-1",
    "1.0",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": None},
    {"image": "evil"},
)
"""What stands where something else should."""


def read_json(body: bytes) -> Any:
    """Read JSON as leniently as a decoder may that skips what it has no use for."""
    return json.loads(body.decode("utf-8", "surrogateescape"), strict=False)


class Choices:
    """Takes decisions from bytes; when these are at an end, the first option is taken."""

    def __init__(self, data: bytes) -> None:
        """Read *data* from its beginning."""
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """Return the next byte; 0 behind the end."""
        self._at += 1
        return self._data[self._at - 1] if self._at <= len(self._data) else 0

    def number(self, below: int) -> int:
        """Return a number from 0; *below* is at most 65536."""
        wide = below > 256
        return (self.byte() << 8 | self.byte() if wide else self.byte()) % below

    def pick(self, options: Sequence[T]) -> T:
        """Return one of *options*."""
        return options[self.number(len(options))]

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """Return up to *most* of *options*, in any order."""
        return [self.pick(options) for _ in range(self.number(most + 1))]

    def text(self) -> str:
        """Return a text: one that an attacker would write, or the bytes that follow."""
        if self.byte() % 2 == 0:
            return self.pick(HOSTILE)
        size = self.number(64)
        self._at += size
        return self._data[self._at - size : self._at].decode("utf-8", "replace")

    def value(self, words: Sequence[Any]) -> Any:
        """Return something to put into a document: one of *words*, garbage, or a text."""
        kind = self.number(8)
        if kind < 4 and words:
            return self.pick(words)
        return self.pick(GARBAGE) if kind < 7 else self.text()

    def spoiled(self, document: Any, words: Sequence[Any] = ()) -> Any:
        """Return *document* with a few of its parts replaced by *words* or garbage, left out, doubled or added."""
        for _ in range(self.number(MAX_EDITS + 1)):
            document = self._edited(document, words)
        return document

    def _edited(self, node: Any, words: Sequence[Any]) -> Any:
        if isinstance(node, dict) and node:
            return self._edited_mapping(node, words)
        if isinstance(node, list) and node:
            return self._edited_list(node, words)
        return self.value(words)

    def _edited_mapping(self, node: dict[str, Any], words: Sequence[Any]) -> Any:
        key = self.pick(list(node))
        match self.number(12):
            case 0:
                return self.value(words)
            case 1:
                return {one: value for one, value in node.items() if one != key}
            case 2:
                return {**node, self.text(): self.value(words)}
            case 3:
                return {**node, self.pick([word for word in words if isinstance(word, str)] or [""]): node[key]}
            case _:
                return {**node, key: self._edited(node[key], words)}

    def _edited_list(self, node: list[Any], words: Sequence[Any]) -> Any:
        at = self.number(len(node))
        match self.number(12):
            case 0:
                return self.value(words)
            case 1:
                return [*node[:at], *node[at + 1 :]]
            case 2:
                return [*node, self._edited(node[at], words)]
            case 3:
                return [*node, self.value(words)]
            case _:
                return [*node[:at], self._edited(node[at], words), *node[at + 1 :]]
