"""docs/audit-log.md, the fields of an audit record."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from tests.documents import text


def test_each_field_of_a_record_is_documented() -> None:
    """The document of the audit log names every field of the schema."""
    schema = msgspec.json.decode(text("docs/audit-record.schema.json"))
    names = set(re.findall(r"`(\w+)`", text("docs/audit-log.md")))

    assert set(_properties(schema)) <= names


def _properties(node: Any) -> Iterator[str]:
    """Return the name of every property anywhere in a JSON schema."""
    if isinstance(node, dict):
        properties = node.get("properties")
        yield from properties if isinstance(properties, dict) else ()
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _properties(child)
